import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Service } from '../service/service.ts'
import { holdRuntime } from './runtime.ts'

/** The route files of the app, asked as Next would ask them. For tests. */

type Params = Record<string, string | string[]>
type Handler = (request: Request, context: { params: Promise<Params> }) => Promise<Response>

export interface AppRoute {
  /** Like `/api/v1/locks/[id]`. */
  path: string
  methods: string[]
  handlers: Record<string, Handler>
}

const APP = join(import.meta.dirname, '../../app')
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

export async function appRoutes(): Promise<AppRoute[]> {
  const files = readdirSync(APP, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(^|\/)route\.ts$/.test(file),
  )
  return Promise.all(
    files.sort().map(async (file) => {
      const handlers: Record<string, Handler> = await import(/* @vite-ignore */ join(APP, file))
      const methods = METHODS.filter((method) => typeof handlers[method] === 'function')
      return { path: `/${file.replace(/\/route\.ts$/, '')}`, methods, handlers }
    }),
  )
}

/** Puts a service behind the routes and answers how to ask them. */
export async function routesOver(service: Service, closing: Set<() => void> = new Set()) {
  const routes = await appRoutes()
  holdRuntime({
    service,
    about: { servers: null, backends: [] },
    publicOrigin: null,
    onClosing: (listener) => {
      closing.add(listener)
      return () => closing.delete(listener)
    },
    close: async () => {},
  })
  return async (path: string, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(path, 'http://127.0.0.1:3000')
    for (const route of routes) {
      const params = paramsOf(route.path, url.pathname)
      const handler = route.handlers[init.method ?? 'GET']
      if (!params || !handler || route.path.includes('[...')) continue
      const headers = {
        host: url.host,
        origin: url.origin,
        'content-type': 'application/json',
        ...init.headers,
      }
      return handler(new Request(url, { ...init, headers }), { params: Promise.resolve(params) })
    }
    throw new Error(`no route for ${path}`)
  }
}

/** Null when the path is another one. */
function paramsOf(route: string, path: string): Record<string, string> | null {
  const [wanted, given] = [route.split('/'), path.split('/')]
  if (wanted.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    const name = /^\[(\w+)\]$/.exec(part)?.[1]
    if (name !== undefined) params[name] = decodeURIComponent(given[index] ?? '')
    else if (part !== given[index]) return null
  }
  return params
}
