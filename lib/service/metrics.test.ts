import { describe, expect, it } from 'vitest'
import { SAMPLE_NOW, sampleLock } from '../admin/sample-lock.ts'
import type { NewEvent } from '../fleet/event.ts'
import type { FleetBackend } from '../fleet/node.ts'
import type { Verdict } from '../fleet/verdict.ts'
import { metricText } from './metric-text.ts'
import { openMetrics } from './metrics.ts'
import { sampleTable } from './sample-table.ts'

interface Read {
  types: Map<string, string>
  /** By name and labels, as written. */
  values: Map<string, number>
}

/** Reads the text format and nothing looser: every line in its place, every family once and whole. */
function parse(text: string): Read {
  const types = new Map<string, string>()
  const values = new Map<string, number>()
  let [family, helped] = ['', '']
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  for (const line of text.slice(0, -1).split('\n')) {
    const help = /^# HELP ([a-zA-Z_:][\w:]*) (?:[^\\]|\\\\|\\n)*$/.exec(line)?.[1]
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) (gauge|counter|histogram|summary)$/.exec(line)
    const sample =
      /^([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)+\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|NaN|[+-]Inf)$/.exec(
        line,
      )
    if (help !== undefined) helped = help
    else if (type) {
      family = type[1] ?? ''
      if (helped !== family || types.has(family))
        throw new Error(`${family} is not told once, after its help`)
      types.set(family, type[2] ?? '')
    } else if (sample) {
      const name = sample[1] ?? ''
      const own = types.get(family) === 'histogram' ? /^(_bucket|_sum|_count)$/ : /^$/
      if (!name.startsWith(family) || !own.test(name.slice(family.length)))
        throw new Error(`${name} in ${family}`)
      const key = name + (sample[2] ?? '')
      if (values.has(key)) throw new Error(`${key} is told twice`)
      values.set(key, Number((sample[3] ?? '').replace('Inf', 'Infinity')))
    } else throw new Error(`no line of the format: ${line}`)
  }
  return { types, values }
}

const backend = (id: string, more: Partial<FleetBackend> = {}): FleetBackend => ({
  ...{ id, kind: 'redis', environment: null, demo: false, nodes: [] },
  ...{ quorum: { needed: 2, of: 3, answering: 3 }, canLose: 1, reading: 'pushed', sweptAt: null },
  ...more,
})
const event = (kind: NewEvent['kind'], more: Partial<NewEvent> = {}): NewEvent => ({
  ...{ at: '', kind, backend: 'pay', lock: 'id', lockName: 'a', node: null, tokenDigest: 'd', label: null },
  ...{ fence: null, waiters: null, dialect: 'lockkeeper' },
  ...more,
})
const open = (backends: FleetBackend[], table = sampleTable()) =>
  openMetrics({
    locks: table,
    backends: () => backends,
    loop: { quantiles: () => [{ quantile: 0.99, seconds: 0.003 }] },
    history: () => ({ bytes: 4_096, events: 7, queued: 1, givenUp: 3 }),
    now: () => SAMPLE_NOW,
  })

describe('metrics', () => {
  it('count locks, waiters and verdicts of each backend, and candidates apart', async () => {
    const hot: Verdict = { id: 'hot', severity: 'risk', says: '', evidence: [], suggests: 'look' }
    const lock = (id: string, more: Parameters<typeof sampleLock>[0]) =>
      sampleLock({ id, backend: 'pay', ...more })
    const table = sampleTable([
      lock('1', { waiters: { known: true, count: 4, list: [] }, verdicts: [hot] }),
      lock('2', { state: 'free', holders: [] }),
      lock('3', { waiters: { known: false } }),
      lock('4', { confidence: 'candidate' }),
    ])
    const { values } = parse(await open([backend('pay'), backend('jobs')], table).text())
    const told = (key: string) => values.get(key)
    expect(told('lockkeeper_locks{backend="pay",state="held"}')).toBe(2)
    expect(told('lockkeeper_locks{backend="pay",state="free"}')).toBe(1)
    expect(told('lockkeeper_locks{backend="jobs",state="held"}')).toBe(0)
    expect(told('lockkeeper_candidates{backend="pay"}')).toBe(1)
    expect(told('lockkeeper_waiters{backend="pay"}')).toBe(4)
    expect(told('lockkeeper_locks_with_unknown_waiters{backend="pay"}')).toBe(1)
    expect(told('lockkeeper_verdicts{backend="pay",verdict="hot"}')).toBe(1)
  })

  it('say how old a reading is and what it costs, and nothing where nothing is known', async () => {
    const swept = {
      sweptAt: new Date(SAMPLE_NOW - 12_000).toISOString(),
      cost: { perSecond: 31, budget: 20_000 },
    }
    const backends = [backend('pay', swept), backend('jobs', { trouble: 'The password is refused.' })]
    const { values } = parse(await open(backends).text())
    expect(values.get('lockkeeper_sweep_age_seconds{backend="pay"}')).toBe(12)
    expect(values.has('lockkeeper_sweep_age_seconds{backend="jobs"}')).toBe(false)
    expect(values.get('lockkeeper_read_commands_per_second{backend="pay"}')).toBe(31)
    expect(values.get('lockkeeper_read_budget_commands_per_second{backend="pay"}')).toBe(20_000)
    expect(values.get('lockkeeper_backend_readable{backend="jobs"}')).toBe(0)
    expect(values.get('lockkeeper_quorum_answering{backend="pay"}')).toBe(3)
    expect(values.get('lockkeeper_event_loop_delay_seconds{part="0.99"}')).toBe(0.003)
    expect(values.get('lockkeeper_history_bytes')).toBe(4_096)
    expect(values.get('lockkeeper_history_given_up_total')).toBe(3)
  })

  it('tell how long locks of ours were held and waited for, and of no others', async () => {
    const metrics = open([backend('pay')])
    metrics.happened([
      event('granted', { lastedMs: 40 }),
      event('released', { lastedMs: 200 }),
      event('expired', { lastedMs: 7_200_000 }),
      event('released', { lastedMs: null }),
      event('released', { lastedMs: 5, dialect: 'redlock' }),
      event('renewed'),
    ])
    const { types, values } = parse(await metrics.text())
    const hold = (le: string) => values.get(`lockkeeper_hold_seconds_bucket{backend="pay",le="${le}"}`)
    expect(types.get('lockkeeper_hold_seconds')).toBe('histogram')
    expect([hold('0.1'), hold('0.25'), hold('1800'), hold('+Inf')]).toEqual([0, 1, 1, 2])
    expect(values.get('lockkeeper_hold_seconds_count{backend="pay"}')).toBe(2)
    expect(values.get('lockkeeper_hold_seconds_sum{backend="pay"}')).toBeCloseTo(7_200.2)
    expect(values.get('lockkeeper_wait_seconds_count{backend="pay"}')).toBe(1)
    expect(values.get('lockkeeper_events_total{kind="released"}')).toBe(3)
  })

  it('take a waiter of a quorum that leaves the queue right after it got the lock for one that waited', async () => {
    const metrics = open([backend('pay')])
    const at = (ms: number) => new Date(SAMPLE_NOW + ms).toISOString()
    metrics.happened([
      event('granted', { at: at(0), label: 'worker' }),
      event('gave-up', { at: at(300), label: 'worker', lastedMs: 1_300 }),
      event('gave-up', { at: at(300), label: 'worker', lastedMs: 9_000 }),
      event('granted', { at: at(1_000), label: 'mail' }),
      event('gave-up', { at: at(4_000), label: 'mail', lastedMs: 5_000 }),
      event('gave-up', { at: at(4_000), label: 'nobody', lastedMs: 5_000 }),
    ])
    const { values } = parse(await metrics.text())
    expect(values.get('lockkeeper_wait_seconds_count{backend="pay"}')).toBe(1)
    expect(values.get('lockkeeper_wait_seconds_sum{backend="pay"}')).toBe(1)
  })

  it('are named after what Prometheus expects of each type', async () => {
    const metrics = open([backend('pay')])
    metrics.happened([event('released', { lastedMs: 200 })])
    const { types, values } = parse(await metrics.text())
    expect(types.size).toBeGreaterThan(15)
    for (const [name, type] of types)
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter'])
    const labels = [...values.keys()].flatMap((key) =>
      [...key.matchAll(/(\w+)="/g)].map(([, label]) => label),
    )
    expect([...new Set(labels)].sort()).toEqual(['backend', 'kind', 'le', 'part', 'state', 'verdict'])
    const hold = [...values].filter(([key]) => key.startsWith('lockkeeper_hold_seconds_bucket'))
    const counts = hold.map(([, count]) => count)
    expect(counts).toEqual([...counts].sort((a, b) => a - b))
    expect(hold.at(-1)?.[0]).toContain('le="+Inf"')
  })

  it('count what changed and who looks', async () => {
    const metrics = open([])
    metrics.changed(3)
    metrics.streams(1)
    metrics.streams(1)
    metrics.streams(-1)
    const { values } = parse(await metrics.text())
    expect(values.get('lockkeeper_changes_total')).toBe(3)
    expect(values.get('lockkeeper_streams')).toBe(1)
  })

  it('have as many lines for a thousand locks as for none', async () => {
    const lines = async (count: number) => {
      const locks = Array.from({ length: count }, (_, n) =>
        sampleLock({ id: `${n}`, name: `n${n}`, backend: 'pay' }),
      )
      const metrics = open([backend('pay')], sampleTable(locks))
      metrics.happened(
        locks.map((lock) => event('released', { lock: lock.id, lockName: lock.name, lastedMs: 1 })),
      )
      return (await metrics.text()).split('\n').length
    }
    expect(await lines(1_000)).toBe(await lines(1))
  })
})

it('the text of metrics escapes what a label or a help may have in it', () => {
  const text = metricText([
    {
      ...{ name: 'a_b', type: 'gauge', help: 'one\\two\nthree' },
      samples: [
        { labels: { of: 'a"b\\c\nd' }, value: Number.NaN },
        { labels: { of: 'inf' }, value: Number.POSITIVE_INFINITY },
      ],
    },
    { name: 'none', type: 'counter', help: 'Nothing.', samples: [] },
  ])
  expect(text).toBe(
    '# HELP a_b one\\\\two\\nthree\n# TYPE a_b gauge\na_b{of="a\\"b\\\\c\\nd"} NaN\na_b{of="inf"} +Inf\n',
  )
  expect(parse(text).values.size).toBe(2)
})
