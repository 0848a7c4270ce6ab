export const THEME_COOKIE = 'lockkeeper-theme'
export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

export const themeFrom = (value: string | undefined): Theme =>
  value === 'light' || value === 'dark' ? value : 'system'

const YEAR_S = 31_536_000

/** Shown at once, and remembered in a cookie so that the next page is painted with it from the start. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in two of the browsers
  document.cookie = `${THEME_COOKIE}=${theme}; path=/; max-age=${theme === 'system' ? 0 : YEAR_S}; samesite=strict`
}
