import { request as ask } from 'node:http'
import { expect, type Page, type Response, test } from '@playwright/test'
import { Etcd3 } from 'etcd3'
import { locksPageSchema } from '../lib/fleet/lock.ts'
import { nodesPageSchema } from '../lib/fleet/node.ts'
import { connectTo, drop, newToken } from './fleet.ts'
import { PAGES } from './pages.ts'

const PWN = 'window.__pwned=1'
const HOSTILE = [
  `<script>${PWN}</script>`,
  `"><img src=x onerror=${PWN}>`,
  `javascript:${PWN}//`,
  `{{constructor.constructor('${PWN}')()}}`,
  `</script><svg onload=${PWN}>`,
  'safe\u202egnp.exe\u200b\u2066',
  '=cmd|calc',
]

/** Turns text around, or is not seen at all. */
const MISLEADING = /[\u200b\u202a-\u202e\u2066-\u2069]/

/** Everything in it is somebody else's word. */
const hostileRecord = (text: string, ttl: number) =>
  JSON.stringify({
    ...{ fence: '1', since: Date.now(), ttl },
    owner: {
      ...{ service: text, host: text, pid: 1, version: text, link: `javascript:${PWN}`, process: text },
      labels: { [text]: text },
    },
  })

/** Notes what no page may do: run what it was not given, or be refused something by its own policy. */
function noteTrouble(page: Page): string[] {
  const trouble: string[] = []
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) trouble.push(message.text())
  })
  page.on('dialog', (dialog) => void dialog.dismiss().then(() => trouble.push('a dialog')))
  return trouble
}

const pwned = (page: Page) => page.evaluate(() => '__pwned' in window)

test('names and labels from the stores never run, and names never turn the text around', async ({
  page,
  request,
}) => {
  test.slow()
  const trouble = noteTrouble(page)
  const payments = await connectTo(request, 'payments')
  const { backends } = nodesPageSchema.parse(await (await request.get('/api/v1/nodes')).json())
  const member = backends.find(({ kind }) => kind === 'etcd')?.nodes[0]
  const etcd = new Etcd3({ hosts: `http://${member?.address}` })
  const lease = etcd.lease(60)
  const keys: string[] = []
  for (const text of HOSTILE) {
    const token = newToken()
    keys.push(`lk:{${text}}`, `lk:{${text}}:queue`, `lk:{${text}}:waiters`, `lock:${text}`)
    for (const node of payments) {
      await node.set(`lk:{${text}}`, `${token} ${hostileRecord(text, 60_000)}`, 'PX', 60_000)
      await node.zadd(`lk:{${text}}:queue`, 1, `ticket ${token.slice(7)}`)
      const waiter = { until: Date.now() + 60_000, ...JSON.parse(hostileRecord(text, 60_000)) }
      await node.hset(`lk:{${text}}:waiters`, `ticket ${token.slice(7)}`, JSON.stringify(waiter))
      await node.set(`lock:${text}`, token, 'PX', 60_000)
    }
    const queue = `lockkeeper/${text.replaceAll('%', '%25').replaceAll('/', '%2F')}/`
    await lease.put(`${queue}${token}`).value(hostileRecord(text, 60_000))
  }
  try {
    const shown = await test.step('they are seen', async () => {
      let ids: string[] = []
      await expect(async () => {
        const { items } = locksPageSchema.parse(
          await (await request.get('/api/v1/locks?limit=500&sort=name')).json(),
        )
        ids = items.filter(({ name }) => /pwned|gnp\.exe|calc/.test(name)).map(({ id }) => id)
        expect(ids).toHaveLength(HOSTILE.length * 3)
      }).toPass()
      return ids
    })
    for (const { path, shows } of PAGES) {
      await page.goto(path)
      await expect(page.locator('body')).toContainText(shows)
      expect(await pwned(page)).toBe(false)
    }
    for (const id of shown) {
      await page.goto(`/locks/${id}`)
      await expect(page.locator('main')).toContainText(/pwned|gnp\.exe|calc/)
      expect(await pwned(page)).toBe(false)
      expect(await page.getByRole('main').textContent()).not.toMatch(MISLEADING)
      expect(await page.locator('a[href^="javascript:"]').count()).toBe(0)
    }
    expect(trouble).toEqual([])
  } finally {
    await drop(payments, keys)
    await lease.revoke()
    etcd.close()
  }
})

test('every page comes with a policy, and every script in it with the nonce of that policy', async ({
  page,
  request,
}) => {
  const trouble = noteTrouble(page)
  const used = new Set<string>()
  const addresses = ['/nope', '/locks/nope', '/healthz/x', '/api', '/_next/image?url=%2Ficon.svg&w=64&q=75']
  for (const path of [...PAGES.map((each) => each.path), ...addresses]) {
    const response = (await page.goto(path)) as Response
    const headers = response.headers()
    expect(headers['content-type'], path).toContain('text/html')
    const nonce = /script-src 'nonce-([^']+)' 'strict-dynamic';/.exec(
      headers['content-security-policy'] ?? '',
    )
    expect(nonce, path).not.toBeNull()
    const scripts = (await response.text()).match(/<script\b[^>]*>/g) ?? []
    expect(scripts.length).toBeGreaterThan(0)
    for (const script of scripts) expect(script).toContain(`nonce="${nonce?.[1]}"`)
    expect(headers['x-content-type-options']).toBe('nosniff')
    used.add(nonce?.[1] ?? '')
  }
  expect(used.size).toBe(PAGES.length + addresses.length)
  expect(trouble).toEqual([])
  for (const path of ['/api/nope', '/api/v1/nope', '/api/v1/locks/nope']) {
    const response = await request.get(path)
    expect([response.status(), response.headers()['content-type']]).toEqual([404, 'application/json'])
  }
})

test('nobody is answered under another name, whatever way it is told', async ({ baseURL }) => {
  const { port } = new URL(baseURL ?? '')
  const status = (path: string, headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      const asked = ask({ host: '127.0.0.1', port, path, headers }, (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      })
      asked.once('error', reject).end()
    })
  for (const path of [
    '/',
    '/locks',
    '/nope',
    '/api/v1/overview',
    '/api/v1/events?q=',
    '/api/nope',
    '/healthz',
    '/readyz',
    '/metrics',
  ]) {
    for (const host of ['evil.example', 'localhost.', '127.0.0.1.evil.example', '127.1', '0.0.0.0']) {
      const headers = { host: `${host}:${port}`, 'x-forwarded-host': `127.0.0.1:${port}` }
      expect([path, host, await status(path, headers)]).toEqual([path, host, 403])
    }
  }
  const crossSite = { host: `127.0.0.1:${port}`, 'sec-fetch-site': 'cross-site' }
  expect(await status('/api/v1/events?q=', crossSite)).toBe(403)
})
