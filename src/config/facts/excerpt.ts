/*
 * Lines are shown with findings. What looks like a secret is struck out whatever the finding is about, because the same
 * line may hold one.
 */

const NAMED =
  /((?:[\w.-]*(?:key|token|secret|passw(?:or)?d|passwd|pass|pwd|credential|salt|auth)s?[\w.-]*|authorization|bearer|basic)["']?\s*(?:[:=]\s*|\s+(?=["']?[A-Za-z0-9+/_-]{16,})))(["']?)([^\s"'#,;}&]{2,})/gi;
const IN_URL = /(:\/\/[^\s/:@"']{0,64}:)([^\s@"'/]{1,256})@/g;
const SHAPED = /\b(sk-|hf_|ghp_|gho_|github_pat_|xox[a-z]-|AKIA|AIza|glpat-|eyJ)[A-Za-z0-9_\-.]{6,}/g;
/** Words that tell something and hide nothing. */
const HARMLESS =
  /^(true|false|yes|no|on|off|none|null|disabled?|enabled?|0|1|basic|bearer|optional|required|\$.*|\/.*|<.*|\{\{.*|%.*|-.*)$/i;

const LONGEST = 400;

export function withoutSecrets(line: string): string {
  return line
    .slice(0, LONGEST)
    .replace(NAMED, (all, head: string, quote: string, value: string) =>
      HARMLESS.test(value) ? all : `${head}${quote}***`,
    )
    .replace(IN_URL, (_all, head: string, password: string) => `${head}${password.startsWith('$') ? password : '***'}@`)
    .replace(SHAPED, (_all, head: string) => `${head}***`);
}
