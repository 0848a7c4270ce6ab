import { describeConformance } from '../conformance/index.ts'
import { memorySubject } from '../conformance/memory-subject.ts'

describeConformance('memory', async () => memorySubject('conformance', 1))
