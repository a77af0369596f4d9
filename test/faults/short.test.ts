import t from 'tap'
import { storeFaults } from '../../faults/list/index.js'
import { leftOut } from '../helpers/services.js'
import { playShort } from './play-short.js'

t.test('two nodes under load, with a store, or the way to it, broken', { skip: leftOut }, async (t) => await playShort(t, storeFaults))
