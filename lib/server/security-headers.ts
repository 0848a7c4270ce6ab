/** What a page may load and do. Scripts run only with the nonce of this very response. */
export function contentSecurityPolicy(nonce: string, isDevelopment: boolean): string {
  const development = {
    // Next's development server compiles from strings and injects styles.
    script: isDevelopment ? " 'unsafe-eval'" : '',
    style: isDevelopment ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
  }
  return [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development.script}`,
    development.style,
    // React writes style attributes into the first HTML of a page.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
