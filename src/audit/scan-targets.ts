import type { Catalogue } from '../model/service.ts';
import type { System } from '../system/ports.ts';
import { type ScanOutcome, type ScanProgress, scan } from './scan.ts';
import { SCAN_DEFAULTS, type ScanRequest } from './scan-request.ts';
import { openScanSpace } from './scan-space.ts';

export type { ScanOutcome, ScanProgress };

/** What is not said is as on the command line. */
const DEFAULT_REQUEST: ScanRequest = {
  ...SCAN_DEFAULTS,
  targets: [],
  lists: [],
  local: false,
  ports: null,
  exclude: [],
  excludeLists: [],
  allowPublic: [],
  sni: [],
  basePaths: [],
  assumeReach: null,
  passive: false,
  headers: {},
  userAgent: 'postern (exposure scanner)',
};

/** One scan from start to end. @throws UsageError when the request cannot be carried out as written. */
export async function scanTargets(
  request: Partial<ScanRequest>,
  catalogue: Catalogue,
  system: System,
  onProgress: (progress: ScanProgress) => void = () => undefined,
): Promise<ScanOutcome> {
  const whole = { ...DEFAULT_REQUEST, ...request };
  const opened = await openScanSpace(whole, catalogue, system);
  return scan({ request: whole, opened, catalogue, resume: null, onProgress }, system);
}
