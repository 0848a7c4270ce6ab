import { Redis } from 'ioredis'
import type { Access, Tls } from '../access.ts'
import type { Connect } from './connect.ts'
import { OVER_TLS } from './sockets.ts'

/** The way to a server: its URL, unless more has to be known than a URL can say. */
export function reach(url: string, { username, password, tls }: Access): string | Connect {
  const full = withUser(url, username, password)
  return tls
    ? (settings) => new Redis({ ...settings, ...placeOf(full), ...OVER_TLS, tls: definedOf(tls) })
    : full
}

/** The URL's own user goes first. */
function withUser(text: string, username: string | undefined, password: string | undefined): string {
  const url = new URL(text)
  if (url.username || url.password || password === undefined) return text
  url.username = encodeURIComponent(username ?? '')
  url.password = encodeURIComponent(password)
  return url.href
}

function placeOf(text: string) {
  const { hostname, port, pathname, username, password } = new URL(text)
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 6379),
    db: Number(pathname.slice(1)) || 0,
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
  }
}

const definedOf = (tls: Tls): object =>
  Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined))

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
