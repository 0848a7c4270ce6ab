import type { IKeyValue } from 'etcd3'
import type { Notice } from '../../core/node.ts'
import { noticeKey } from './layout.ts'
import { parseRecord, textIn } from './record.ts'

export const noticeKeyOf = (name: string, token: string): Buffer => Buffer.from(noticeKey(name, token))

export const writtenNotice = ({ kind, by, message }: Notice): Buffer =>
  Buffer.from(JSON.stringify({ kind, by, message }))

export function noticeIn(kv: IKeyValue | undefined): Notice | null {
  if (!kv) return null
  const record = parseRecord(kv.value)
  const kind = textIn(record, 'kind')
  if (kind !== 'ask' && kind !== 'lapse') return null
  return { kind, by: textIn(record, 'by') ?? '', message: textIn(record, 'message') ?? '' }
}
