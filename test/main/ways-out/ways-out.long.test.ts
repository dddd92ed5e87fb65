import { test } from 'vitest'
import { allWaysOut, goOut } from './ways-out.ts'

test.each(allWaysOut)('%s', goOut)
