/** Shapes that services give to their keys. */
const SHAPED =
  /^(?:sk-[A-Za-z0-9_-]{20,}|hf_[A-Za-z]{30,}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|AKIA[A-Z0-9]{16}|AIza[\w-]{35}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+|nvapi-[\w-]{30,}|gsk_\w{30,}|r8_\w{30,})$/;
/** Addresses that are secrets themselves, or carry one. */
const WITH_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s@/]{6,})@/i;
const HOOK =
  /^https:\/\/(?:hooks\.slack\.com\/services|discord(?:app)?\.com\/api\/webhooks|[\w.-]+\.webhook\.office\.com)\/\S{20,}/i;

/** Whether a value is by its looks a real secret: made by a machine, and of no reading. */
export function looksSecret(text: string): boolean {
  if (text.length > 4096 || /[\s<>{}$%]/.test(text)) return false;
  if (SHAPED.test(text) || HOOK.test(text)) return true;
  const password = WITH_PASSWORD.exec(text)?.[1];
  if (password !== undefined)
    return (
      !/^(?:password|postgres|changeme|secret|pass|root|admin|example|user)\w{0,4}$/i.test(password) &&
      /\d/.test(password) &&
      /[a-z]/i.test(password)
    );
  if (text.includes('://') || (text.includes('/') && text.startsWith('/'))) return false;
  if (/^[0-9a-f]{32,}$/i.test(text)) return new Set(text.toLowerCase()).size > 6;
  return (
    text.length >= 20 &&
    /^[A-Za-z0-9+/=_-]+$/.test(text) &&
    /\d/.test(text) &&
    /[a-z]/.test(text) &&
    /[A-Z]/.test(text) &&
    bits(text) > 3.5
  );
}

/** Shannon entropy, in bits a character. */
function bits(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
