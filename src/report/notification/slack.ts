import type { Finding } from '../../model/finding.ts';
import { placeOf } from '../place.ts';
import { neutralise } from '../terminal/neutralise.ts';
import { clip } from '../terminal/width.ts';
import { type News, urgentNews } from './message.ts';

/** Slack cuts the text of a block at 3,000 characters (api.slack.com/reference/block-kit/blocks). */
const LONGEST_TEXT = 2_900;
const MOST_FINDINGS = 20;

/** A body for incoming webhooks of Slack and what imitates them. Findings stand in plain text, where nothing is markup. */
export function notificationSlack(news: News): string {
  const urgent = urgentNews(news);
  const { findings } = news;
  const headline =
    `postern ${news.new.command}: ${urgent.length} urgent, ${findings.appeared.length} new, ` +
    `${findings.fixed.length} fixed, ${findings.unseen.length} no longer looked at`;
  const lines = urgent.slice(0, MOST_FINDINGS).map(line);
  if (urgent.length > MOST_FINDINGS) lines.push(`and ${urgent.length - MOST_FINDINGS} more`);
  const blocks = [plain(headline), ...(lines.length > 0 ? [plain(clip(lines.join('\n'), LONGEST_TEXT))] : [])];
  return `${JSON.stringify({ text: escaped(headline), blocks })}\n`;
}

function line(finding: Finding): string {
  const { severity, rule, location, message } = finding;
  return clip(neutralise(`${severity.toUpperCase()} ${placeOf(location)} ${rule}: ${message}`), 300);
}

function plain(text: string) {
  return { type: 'section', text: { type: 'plain_text', text, emoji: false } };
}

/** api.slack.com/reference/surfaces/formatting: these three begin markup and mentions. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
