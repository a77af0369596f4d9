import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingHttpHeaders } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, defaultTextMapGetter, defaultTextMapSetter, trace, type Attributes, type Context, type Span } from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { Within } from './within.js'

interface Options {
  serviceName: string
  /** Where spans are posted; undefined is the address that OpenTelemetry has for a collector on this machine. */
  url: string | undefined
}

export interface RequestSpan {
  /** Does what belongs to the request. */
  run: (work: () => void) => void
  end: (name: string, attributes: Attributes, failed: boolean) => void
}

export type Tracing = ReturnType<typeof createTracing>

const kinds = { call: SpanKind.CLIENT, work: SpanKind.INTERNAL }
const closeMilliseconds = 2_000

/** Spans by OpenTelemetry, of this server alone: nothing of it is global. What it does not take from us, the SDK takes from its own `OTEL_*`. */
export function createTracing ({ serviceName, url }: Options) {
  const resource = defaultResource().merge(detectResources({ detectors: [envDetector] })).merge(resourceFromAttributes({ 'service.name': serviceName }))
  const exporter = new OTLPTraceExporter(url === undefined ? {} : { url })
  const provider = new BasicTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporter)] })
  const tracer = provider.getTracer('gatehouse')
  const propagator = new W3CTraceContextPropagator()
  const current = new AsyncLocalStorage<Context>()

  // A message may quote what it failed on: the code of an error, or its kind, is all that is told.
  function fail (span: Span, type: string) {
    span.setStatus({ code: SpanStatusCode.ERROR })
    span.setAttribute('error.type', type)
  }

  async function follow <T> (span: Span, context: Context, work: () => Promise<T>): Promise<T> {
    try {
      return await current.run(context, work)
    } catch (error) {
      const { code, name } = error as { code?: unknown, name?: string }
      fail(span, typeof code === 'string' ? code : name ?? 'unknown')
      throw error
    } finally {
      span.end()
    }
  }

  // What goes on after the answer, and in the background, is no part of a request: it would be told under a span that is over.
  const within: Within = (kind, name, attributes, work) => {
    const parent = current.getStore()
    if (parent === undefined || trace.getSpan(parent)?.isRecording() !== true) return work()
    const span = tracer.startSpan(name, { kind: kinds[kind], attributes }, parent)
    return follow(span, trace.setSpan(parent, span), work)
  }

  /** Begins the span of a request, under the one that its `traceparent` names (W3C Trace Context). */
  function begin (method: string, headers: IncomingHttpHeaders): RequestSpan {
    const parent = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter)
    const span = tracer.startSpan(method, { kind: SpanKind.SERVER }, parent)
    const context = trace.setSpan(parent, span)
    return {
      run: (work) => current.run(context, work),
      end (name, attributes, failed) {
        if (!span.isRecording()) return
        span.updateName(name).setAttributes(attributes)
        if (failed) fail(span, String(attributes['http.response.status_code']))
        span.end()
      }
    }
  }

  /** A call to somebody else that begins a trace, with the headers that hand it on. */
  async function call <T> (name: string, attributes: Attributes, work: (headers: Record<string, string>) => Promise<T>): Promise<T> {
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, ROOT_CONTEXT)
    const context = trace.setSpan(ROOT_CONTEXT, span)
    const headers: Record<string, string> = {}
    propagator.inject(context, headers, defaultTextMapSetter)
    return await follow(span, context, async () => await work(headers))
  }

  /** Sends what is left, as far as that can be done in two seconds. */
  async function close () {
    const giveUp = new AbortController()
    await Promise.race([provider.shutdown().catch(() => {}), wait(closeMilliseconds, undefined, { signal: giveUp.signal }).catch(() => {})])
    giveUp.abort()
  }

  return { within, begin, call, close }
}
