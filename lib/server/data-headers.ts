/** On every answer that is not a page: nobody keeps it, and nothing in it is run. */
export const DATA_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}
