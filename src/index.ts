/*
 * Postern as a library: the functions that the command line uses.
 *
 *   const system = nodeSystem();
 *   const catalogue = await openCatalogue();
 *   const { document } = await scanTargets({ targets: ['192.168.1.0/24'] }, catalogue, system);
 */

export { SCAN_DEFAULTS, type ScanPosition, type ScanRequest } from './audit/scan-request.ts';
export { type ScanOutcome, type ScanProgress, scanTargets } from './audit/scan-targets.ts';
export { verify } from './audit/verify.ts';
export { VERIFY_DEFAULTS, type VerifyRequest } from './audit/verify-request.ts';
export { openCatalogue, type UserRules } from './catalogue/builtin.ts';
export { type RequestListing, requestListing } from './catalogue/requests.ts';
export { diffRuns } from './history/diff.ts';
export { type Known, NOTHING_KNOWN, remember } from './history/known.ts';
export { againstBaseline, type Baseline } from './judge/baseline.ts';
export type { AuthVerdict, Door, OperationClass, OverallState } from './model/auth.ts';
export type { Credential } from './model/credential.ts';
export type { Change, DiffDocument, Fate, KnownFinding } from './model/diff.ts';
export type { Endpoint, Evidence, ServiceIdentity } from './model/endpoint.ts';
export type { Expectation } from './model/expectation.ts';
export type { Finding, Location } from './model/finding.ts';
export type { Coverage, ResultDocument, Trouble } from './model/result.ts';
export type { Rule, Severity } from './model/rule.ts';
export type { Catalogue, Service } from './model/service.ts';
export { UsageError } from './model/trouble.ts';
export { FORMATS, type Format, REPORTERS, type ReportOptions } from './report/formats.ts';
export { readSavedResult } from './report/saved-result.ts';
export { toView, type View } from './report/view.ts';
export { nodeSystem } from './system/node-system.ts';
export type { System } from './system/ports.ts';
