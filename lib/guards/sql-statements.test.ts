import { expect, test } from 'vitest'
import { createFencesTable, raiseFence, readFence, readRowFence, updateRow } from './sql-statements.ts'

const row = { table: 'shop.accounts', where: { id: 7 } }

test('MySQL is never given a fence as text to compare: it would make doubles of both', () => {
  expect(updateRow('mysql', row, { balance: 5 }, 12n)).toEqual({
    text:
      'update `shop`.`accounts` set `balance` = ?, `fence` = cast(? as signed) ' +
      'where `id` = ? and (`fence` is null or `fence` <= cast(? as signed))',
    params: [5, '12', 7, '12'],
  })
  expect(raiseFence('mysql', 'fences', 'a', 12n)).toEqual({
    text:
      'insert into `fences` (resource, fence) values (?, cast(? as signed)) ' +
      'on duplicate key update fence = greatest(fence, cast(? as signed))',
    params: ['a', '12', '12'],
  })
})

test('a fence is read as text, from a row that stays locked', () => {
  expect(readFence('mysql', 'fences', 'a')).toEqual({
    text: 'select cast(fence as char) as fence from `fences` where resource = ? for update',
    params: ['a'],
  })
  expect(readRowFence('postgres', row)).toEqual({
    text: 'select "fence"::text as fence from "shop"."accounts" where "id" = $1 for update',
    params: [7],
  })
})

test('MySQL keeps the fences in a table that has transactions and compares bytes', () => {
  expect(createFencesTable('mysql', 'fences')).toMatch(/varbinary\(512\) primary key.*engine = InnoDB/)
})
