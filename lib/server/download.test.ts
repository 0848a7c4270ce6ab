import { expect, it, vi } from 'vitest'
import { Problem } from '../fleet/problem.ts'
import type { ExportPart } from '../service/lock-export.ts'
import type { Service } from '../service/service.ts'
import { download } from './download.ts'

vi.mock('server-only', () => ({}))

/** Three parts; whoever asks for the next is written down. */
const exporting = (incomplete: ExportPart['incomplete'] = []) => {
  const asked: string[] = []
  const service = {
    exportLocks: async () => ({ text: 'one\r\n', ticket: 't1', incomplete }),
    exportMore: async (ticket: string) => {
      asked.push(ticket)
      return ticket === 't1'
        ? { text: 'two\r\n', ticket: 't2', incomplete }
        : { text: 'three\r\n', ticket: null, incomplete }
    },
    exportEnd: async (ticket: string) => void asked.push(`end ${ticket}`),
  } as unknown as Service
  return { service, asked }
}
const request = (method = 'GET') => new Request('http://127.0.0.1/', { method })
const csv = { q: '', format: 'csv' } as const

it('is one file made of all parts, named after the moment', async () => {
  const { service, asked } = exporting()
  const response = await download(request(), csv, service)
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
  expect(response.headers.get('content-disposition')).toMatch(
    /^attachment; filename="locks-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.csv"$/,
  )
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(await response.text()).toBe('one\r\ntwo\r\nthree\r\n')
  expect(asked).toEqual(['t1', 't2'])
})

it('makes no part before the one in front of it is taken, and ends when nobody reads on', async () => {
  const { service, asked } = exporting()
  const reader = (await download(request(), csv, service)).body?.getReader()
  expect(asked).toEqual([])
  await reader?.read()
  await vi.waitFor(() => expect(asked).toEqual(['t1']))
  await reader?.cancel()
  expect(asked).toEqual(['t1', 'end t2'])
})

it('breaks off when a part can not be made, so that half a file is not taken for a whole one', async () => {
  const { service } = exporting()
  service.exportMore = () => Promise.reject(new Problem('not_found', 'There is no such export any more.'))
  await expect((await download(request(), csv, service)).text()).rejects.toThrow('no such export')
})

it('refuses before it begins, and begins nothing for whoever only asks for the head', async () => {
  const { service, asked } = exporting()
  service.exportLocks = () => Promise.reject(new Problem('invalid', 'The filter knows no "colour:".'))
  await expect(download(request(), csv, service)).rejects.toMatchObject({ code: 'invalid' })
  const head = await download(request('HEAD'), csv, service)
  expect([head.status, head.body, asked]).toEqual([200, null, []])
})

it('names in a header who gave no answer, and has no such header when all did', async () => {
  const { service } = exporting([{ backend: 'pay', nodes: ['r4', 'r\u00e95'] }])
  const told = (response: Response) => response.headers.get('lockkeeper-incomplete')
  expect(told(await download(request(), csv, service))).toBe('pay/r4, pay/r%C3%A95')
  expect(told(await download(request(), csv, exporting().service))).toBeNull()
})
