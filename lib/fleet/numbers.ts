const grouped = new Intl.NumberFormat('en-US')

/** 100,006 */
export const number = (value: number): string => grouped.format(value)
