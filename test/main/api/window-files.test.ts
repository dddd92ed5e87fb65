import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { contentPolicy, readWindowFile, windowPath } from '../../../src/main/api/window-files.ts'

describe('files of the window', () => {
  const folder = mkdtempSync(join(tmpdir(), 'forager-window-'))
  writeFileSync(join(folder, 'index.html'), '<p>window</p>')
  writeFileSync(join(folder, 'secret'), 'no known type')
  writeFileSync(`${folder}-outside.html`, 'outside')

  it('serves the page for /', async () => {
    const file = await readWindowFile(folder, '/')
    expect(file?.bytes.toString()).toBe('<p>window</p>')
    expect(file?.type).toContain('text/html')
  })

  it.each([
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/a/../../x.html',
    '/%00.html',
    '/%E0%A4%A',
    '/..%2f..%2fx.js',
  ])('finds nothing behind %s', async (path) => {
    expect(await readWindowFile(folder, path)).toBeNull()
  })

  it('does not leave the folder for a neighbour whose name begins the same', () => {
    expect(windowPath(folder, `/../${folder.split('/').at(-1)}-outside.html`)).toBeNull()
  })

  it('serves no file of an unknown type', async () => {
    expect(await readWindowFile(folder, '/secret')).toBeNull()
  })

  it('lets scripts come from the station only', () => {
    const policy = contentPolicy("'self'").split('; ')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
  })
})
