import type { IRequestOp, IResponseOp, ITxnRequest, ITxnResponse } from 'etcd3'

/** etcd takes 128 operations at one level of a transaction; what is inside one of them counts from there. */
export const MOST_PARTS = 64
export const MOST_OPERATIONS = 128 - MOST_PARTS

export interface Done {
  succeeded: boolean
  responses: IResponseOp[]
}

/** Small transactions that stand alone, as one: each with a compare of its own. */
export function bundle(parts: readonly ITxnRequest[]): ITxnRequest {
  const [only] = parts
  if (parts.length === 1 && only) return only
  return { success: parts.map((part): IRequestOp => ({ request_txn: part })) }
}

/** The answers to the parts, in their order. */
export function unbundle(count: number, answer: ITxnResponse): Done[] {
  if (count === 1) return [answer]
  return answer.responses.map(({ response_txn }) => response_txn)
}

/** In portions that fit into one transaction. */
export function portions<T>(items: readonly T[], size: number): T[][] {
  const all: T[][] = []
  for (let at = 0; at < items.length; at += size) all.push(items.slice(at, at + size))
  return all
}
