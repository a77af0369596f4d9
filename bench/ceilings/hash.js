// argon2id hashes a second, one at a time in each of THREADS worker threads.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { hashSync } from '@node-rs/argon2'
import { argon2Settings } from '../rivals/settings.js'

const password = 'lantern gravel orbit mistral'

if (isMainThread) {
  const { THREADS: threads, SECONDS: seconds } = process.env
  const rates = await Promise.all(Array.from({ length: Number(threads) }, () => rateOf(Number(seconds))))
  console.log(rates.reduce((sum, rate) => sum + rate, 0))
} else {
  parentPort.postMessage(hashFor(workerData * 1000))
}

function rateOf (seconds) {
  return new Promise((resolve, reject) => {
    new Worker(new URL(import.meta.url), { workerData: seconds }).once('message', resolve).once('error', reject)
  })
}

function hashFor (milliseconds) {
  hashSync(password, argon2Settings)
  const started = performance.now()
  let hashes = 0
  while (performance.now() - started < milliseconds) {
    hashSync(password, argon2Settings)
    hashes++
  }
  return hashes / (performance.now() - started) * 1000
}
