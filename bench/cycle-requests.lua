local requests = {}
local turn = 0

function init (args)
  for line in io.lines(args[1]) do
    requests[#requests + 1] = args[2] == 'bodies'
      and wrk.format('POST', nil, { ['content-type'] = 'application/json' }, line)
      or wrk.format('GET', nil, { cookie = line })
  end
  local pause = tonumber(args[3])
  if pause then delay = function () return pause end end
end

function request ()
  turn = turn % #requests + 1
  return requests[turn]
end

function done (summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"p50":%.3f,"p99":%.3f,"p999":%.3f,"max":%.3f,"errors":%d}\n',
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency:percentile(99.9) / 1e3, latency.max / 1e3,
    errors.connect + errors.read + errors.write + errors.timeout + errors.status
  ))
end
