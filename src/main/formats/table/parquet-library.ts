import type * as Hyparquet from 'hyparquet'
import type { compressors as Compressors } from 'hyparquet-compressors'
import type { parquetHeader } from 'hyparquet/src/column.js'
import type { decompressPage } from 'hyparquet/src/datapage.js'

/** What reads Parquet files, and the parts of it that show a page before it is decoded. */
export interface ParquetLibrary extends Pick<
  typeof Hyparquet,
  'parquetMetadataAsync' | 'parquetRead' | 'parquetSchema'
> {
  parquetHeader: typeof parquetHeader
  decompressPage: typeof decompressPage
  compressors: typeof Compressors
}

let loading: Promise<ParquetLibrary> | null = null

/** Loaded when the first Parquet file is read. */
export function parquetLibrary(): Promise<ParquetLibrary> {
  return (loading ??= load())
}

async function load(): Promise<ParquetLibrary> {
  const [{ parquetMetadataAsync, parquetRead, parquetSchema }, { compressors }, column, datapage] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
    import('hyparquet/src/column.js'),
    import('hyparquet/src/datapage.js'),
  ])
  const { parquetHeader } = column
  const { decompressPage } = datapage
  return { parquetMetadataAsync, parquetRead, parquetSchema, compressors, parquetHeader, decompressPage }
}
