import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.map': 'application/json; charset=utf-8',
}

/**
 * Content policy of the window in both hosts. Scripts, workers, fonts and calls come from the station only.
 * Styles may be inline: dialogs and selects place themselves that way; no text of a user becomes markup.
 */
export function contentPolicy(connect: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "worker-src 'self'",
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

export interface WindowFile {
  bytes: Buffer
  type: string
}

/** Reads one file of the built window; null when there is none of that name. Never leaves the folder. */
export async function readWindowFile(folder: string, urlPath: string): Promise<WindowFile | null> {
  const path = windowPath(folder, urlPath)
  const type = path === null ? undefined : types[extname(path)]
  if (path === null || type === undefined || !existsSync(path) || !statSync(path).isFile()) return null
  return { bytes: await readFile(path), type }
}

/** The file behind a URL path, or null when the path is malformed or points out of the folder. */
export function windowPath(folder: string, urlPath: string): string | null {
  let name: string
  try {
    name = decodeURIComponent(urlPath)
  } catch {
    return null
  }
  if (name.includes('\0')) return null
  const path = normalize(join(folder, name === '/' ? 'index.html' : name))
  return path.startsWith(folder + sep) ? path : null
}
