/** Records of RFC 4180. What a spreadsheet would take for a formula is made a text by an apostrophe in front. */

type Cell = string | number | null

const FORMULA = /^[=+\-@\t\r＝＋－＠]/

/** One record with its line end. Null is an empty cell. */
export const csvRecord = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`

function csvCell(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const text = FORMULA.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
