export interface Lane {
  id: 'axis' | 'events' | 'holds' | 'renewals' | 'queue' | 'waits'
  label: string
  y: number
  height: number
}

const WAIT_ROW_PX = 5
const MOST_WAIT_ROWS = 14
const LEAST_WAITS_PX = 28

export const waitRowsShown = (rows: number): number => Math.min(rows, MOST_WAIT_ROWS)

/** The big picture from top to bottom. Only the waits' lane grows, with the number of rows that it needs. */
export function lanesOf(waitRows: number): { lanes: Lane[]; height: number } {
  const waits = Math.max(LEAST_WAITS_PX, waitRowsShown(waitRows) * WAIT_ROW_PX + 12)
  const heights: [Lane['id'], string, number][] = [
    ['axis', '', 22],
    ['events', 'Events', 24],
    ['holds', 'Held by', 32],
    ['renewals', 'Renewals', 20],
    ['queue', 'Queue', 42],
    ['waits', 'Waits', waits],
  ]
  let y = 0
  const lanes = heights.map(([id, label, height]) => {
    const lane: Lane = { id, label, y, height }
    y += height
    return lane
  })
  return { lanes, height: y }
}

export const waitRowY = (row: number): number => 6 + row * WAIT_ROW_PX
