import t from 'tap'
import { nodeFaults } from '../../faults/list/index.js'
import { leftOut } from '../helpers/services.js'
import { playShort } from './play-short.js'

t.test('two nodes under load, with a node, its clock or its clients broken', { skip: leftOut }, async (t) => await playShort(t, nodeFaults))
