import { describeConformance } from './index.ts'
import { memorySubject } from './memory-subject.ts'

describeConformance('redlock of five memory nodes', async () => memorySubject('redlock-conformance', 5))
