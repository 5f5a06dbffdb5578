import type { Reporter } from './formats.ts';
import { anchorsOf } from './html/anchors.ts';
import { SCRIPT, SCRIPT_HASH, STYLE, STYLE_HASH } from './html/assets.generated.ts';
import { certificatesSection } from './html/certificates.ts';
import { coverageSection } from './html/coverage.ts';
import { endpointsSection } from './html/endpoints.ts';
import { expectationsSection } from './html/expectations.ts';
import { findingsSection } from './html/findings.ts';
import { glyphSheet } from './html/glyphs.ts';
import { mapSection } from './html/map.ts';
import { asset, html } from './html/markup.ts';
import { masthead } from './html/masthead.ts';
import { matrixSection } from './html/matrix.ts';
import { rulesSection } from './html/rules.ts';
import { type Section, section } from './html/section.ts';
import { tlsSection } from './html/tls.ts';
import { timestamp } from './table/words.ts';

/** Nothing is loaded from anywhere, nothing is sent anywhere, and only our own style and script count. */
const POLICY = [
  "default-src 'none'",
  `style-src '${STYLE_HASH}'`,
  `script-src '${SCRIPT_HASH}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** One page that needs nothing but itself, and no script for anything but filters. */
export const reportHtml: Reporter = (view) => {
  const anchors = anchorsOf(view);
  const sections = [
    matrixSection(view, anchors),
    mapSection(view, anchors),
    findingsSection(view, anchors),
    expectationsSection(view, anchors),
    endpointsSection(view, anchors),
    tlsSection(view),
    certificatesSection(view),
    coverageSection(view),
    rulesSection(view),
  ].filter((part): part is Section => part !== null);
  const { tool, startedAt, command } = view.document;
  // The policy comes first: a browser holds to it only what follows.
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="postern ${tool.version}">
<title>Postern ${command}, ${timestamp(startedAt)}</title>
${asset('style', STYLE)}
</head>
<body>
<a class="skip" href="#findings">Skip to the findings</a>
${glyphSheet()}
${masthead(view)}
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main>${sections.map(section)}
</main>
<footer><p>Made by postern ${tool.version}. Text that services sent is shown as it came, with hidden characters spelled out.</p></footer>
${asset('script', SCRIPT)}
</body>
</html>
`;
  return page.text;
};
