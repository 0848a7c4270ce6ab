/** The text exposition format of Prometheus, version 0.0.4. */

interface Sample {
  /** Like `_bucket`. */
  suffix?: string
  labels?: Readonly<Record<string, string>>
  value: number
}

export interface Family {
  name: string
  type: 'gauge' | 'counter' | 'histogram' | 'summary'
  help: string
  samples: readonly Sample[]
}

/** A family without samples is left out. */
export const metricText = (families: readonly Family[]): string =>
  families
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, type, help, samples }) =>
      [
        `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`,
        `# TYPE ${name} ${type}\n`,
        ...samples.map(
          (each) => `${name}${each.suffix ?? ''}${labelText(each.labels)} ${numberText(each.value)}\n`,
        ),
      ].join(''),
    )
    .join('')

function labelText(labels: Sample['labels'] = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

const numberText = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
