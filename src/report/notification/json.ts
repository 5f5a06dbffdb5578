import { DIFF_SCHEMA } from '../../model/diff.ts';
import { diffJson } from '../diff/json.ts';
import { type News, urgentNews } from './message.ts';

/** The body of a notification: `postern/diff/1`, with `old: null` where it is the first run, and how much is urgent. */
export function notificationJson(news: News): string {
  const diff = JSON.parse(diffJson({ ...news, schema: DIFF_SCHEMA, old: news.old ?? news.new })) as object;
  return `${JSON.stringify({ ...diff, old: news.old, urgent: urgentNews(news).length })}\n`;
}
