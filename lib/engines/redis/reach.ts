import { Redis } from 'ioredis'
import type { Access } from '../access.ts'
import type { Connect, Settings } from './connect.ts'
import { OVER_TLS } from './sockets.ts'

/** The way to a server: its URL, unless more has to be known than a URL can say. */
export const reach = (url: string, access: Access): string | Connect =>
  access.tls ? (settings) => new Redis({ ...settings, ...settingsAt(url, access) }) : withUser(url, access)

/** The way to a server as what its client is given. */
export function settingsAt(url: string, access: Access): Settings {
  const { protocol, hostname, port, pathname, username, password } = new URL(withUser(url, access))
  const tls = access.tls ?? (protocol === 'rediss:' ? {} : null)
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 6379),
    db: Number(pathname.slice(1)) || 0,
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
    ...(tls ? { ...OVER_TLS, tls } : {}),
  }
}

/** The URL's own user goes first. */
function withUser(text: string, { username, password }: Access): string {
  const url = new URL(text)
  if (url.username || url.password || password === undefined) return text
  url.username = encodeURIComponent(username ?? '')
  url.password = encodeURIComponent(password)
  return url.href
}

/** A URL for another address (`host:port`) that is got into in the same way. */
export function urlAt(like: string, address: string): string {
  const url = new URL(like)
  const colon = address.lastIndexOf(':')
  const host = address.slice(0, colon)
  const isBareV6 = host.includes(':') && !host.startsWith('[')
  url.host = `${isBareV6 ? `[${host}]` : host}:${address.slice(colon + 1)}`
  return url.href
}

/** Without credentials. */
export function addressOf(url: string): string {
  const { host, hostname } = new URL(url)
  return host || hostname
}
