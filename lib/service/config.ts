import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, resolve } from 'node:path'
import { isScalar, LineCounter, parseDocument, visit } from 'yaml'
import { z } from 'zod'
import { backendSpecSchema } from '../engines/spec.ts'
import { ConfigError, describeIssues } from './config-error.ts'
import type { Environment } from './env.ts'
import { isLoopback } from './loopback.ts'

const portSchema = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,5}$/, 'a port between 1 and 65535')
      .transform(Number),
  ])
  .refine((port) => Number.isInteger(port) && port > 0 && port < 65_536, 'a port between 1 and 65535')

const isOrigin = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : null
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text
}

const configSchema = z.strictObject({
  listen: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: portSchema.default(3000),
      publicOrigin: z
        .string()
        .refine(isOrigin, 'an origin such as https://locks.example.com, with nothing after it')
        .optional(),
    })
    .prefault({}),
  store: z.string().min(1).default('./lockkeeper.db'),
  backends: z
    .array(backendSpecSchema)
    .default([])
    .superRefine((backends, context) => {
      const ids = backends.map((backend) => backend.id)
      for (const [index, id] of ids.entries()) {
        if (ids.indexOf(id) < index) {
          context.addIssue({ code: 'custom', path: [index, 'id'], message: 'different from all others' })
        }
      }
    }),
  demo: z.boolean().default(false),
})

export interface Config extends Omit<z.infer<typeof configSchema>, 'listen'> {
  /** Null when there is none: the demo fleet alone. */
  file: string | null
  listen: { host: string; port: number; publicOrigin: string | null }
}

const DEFAULT_FILE = 'lockkeeper.yaml'

/** The configuration: a file if there is one, what the environment says on top, the demo fleet if there is neither. */
export function readConfig({ cwd, variables }: Environment): Config {
  const named = variables.LOCKKEEPER_CONFIG
  const file = resolve(cwd, named || DEFAULT_FILE)
  const text = readText(file, Boolean(named))
  const config = text === null ? withoutFile(cwd) : parseConfig(text, file, variables)
  return withEnvironment(config, variables)
}

export function parseConfig(text: string, file: string, variables: Environment['variables']): Config {
  const lines = new LineCounter()
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const broken = doc.errors[0]
  if (broken) {
    const line = lines.linePos(broken.pos[0]).line
    throw new ConfigError(`${file}:${line}: this is not valid YAML (${broken.code.toLowerCase()})`)
  }
  expand(doc, lines, file, variables)
  const value: unknown = doc.toJS() ?? {}
  const parsed = configSchema.safeParse(value)
  if (!parsed.success) throw new ConfigError(describeIssues(file, doc, lines, value, parsed.error.issues))
  const { listen, store, ...rest } = parsed.data
  if (rest.backends.length === 0 && !rest.demo) {
    throw new ConfigError(`${file}: there is nothing to watch; name "backends", or set "demo: true"`)
  }
  return {
    ...rest,
    file,
    listen: { ...listen, publicOrigin: listen.publicOrigin ?? null },
    store: isAbsolute(store) ? store : resolve(dirname(file), store),
  }
}

const withoutFile = (cwd: string): Config => ({
  file: null,
  listen: { host: '127.0.0.1', port: 3000, publicOrigin: null },
  store: resolve(cwd, 'lockkeeper.db'),
  backends: [],
  demo: true,
})

function readText(file: string, isNamed: boolean): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (isMissing && !isNamed) return null
    throw new ConfigError(
      isMissing
        ? `${file}: there is no such file; correct LOCKKEEPER_CONFIG, or unset it to see the demo fleet`
        : `${file}: it can't be read; check its permissions`,
    )
  }
}

/** HOST and PORT win over the file. Whatever was asked for, only this machine may reach a console without sign-in. */
function withEnvironment(config: Config, variables: Environment['variables']): Config {
  const host = variables.HOST || config.listen.host
  const port = variables.PORT
    ? portSchema.safeParse(variables.PORT)
    : { success: true, data: config.listen.port }
  if (!port.success || port.data === undefined)
    throw new ConfigError('PORT must be a port between 1 and 65535')
  if (!isLoopback(host)) {
    const where = variables.HOST ? 'HOST' : `${config.file}: listen.host`
    throw new ConfigError(
      `${where} must be 127.0.0.1, ::1 or localhost: the console has no sign-in yet, so that anybody who reaches it ` +
        'could free locks. To reach it from elsewhere, use an SSH tunnel or a proxy that signs people in.',
    )
  }
  return { ...config, listen: { ...config.listen, host, port: port.data } }
}

function expand(
  doc: ReturnType<typeof parseDocument>,
  lines: LineCounter,
  file: string,
  variables: Environment['variables'],
): void {
  visit(doc, {
    Scalar(_key, node) {
      if (!isScalar(node) || typeof node.value !== 'string') return
      const line = lines.linePos(node.range?.[0] ?? 0).line
      node.value = node.value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_match, name: string) => {
        const value = variables[name]
        if (value !== undefined) return value
        throw new ConfigError(
          `${file}:${line}: the environment has no variable ${name}; set it, or write the value here`,
        )
      })
    },
  })
}
