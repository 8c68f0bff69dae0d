// The hours that a person wrote, where they can be read in one way only: a careful reader of few forms in three languages.
// Pure. What is not understood is null and nothing is guessed; their own words are always shown beside what is read here.
//
// A sentence is understood only as a whole between two commas. Where anything in the text denies, excepts, names days or
// parts of a day, or a bare number may be morning or evening ("after 6", "9-5"), nothing is understood.

/** Hours of every day in minutes since midnight; they go over midnight where `until` is not after `from`. */
export interface Hours {
  readonly from: number;
  readonly until: number;
}

const HOUR = 60;
const DAY = 24 * HOUR;
const NOON = 12 * HOUR;

/** What the button "Any hour" says. */
export const ALWAYS: Hours = { from: 0, until: DAY };

const TIME = String.raw`(\d{1,2}(?:[:.]\d{2})?)`;
const AT = String.raw`(?:соати\s+)?`;
const SPANS = [
  `${TIME} ?- ?${TIME}`,
  `from ${TIME} (?:to|until|till|-) ${TIME}`,
  `between ${TIME} and ${TIME}`,
  `с ${TIME} до ${TIME}`,
  `между ${TIME} и ${TIME}`,
  `аз ${AT}${TIME} то ${AT}${TIME}`,
];
const AFTER = [`after ${TIME}`, `после ${TIME}`, `(?:(?:пас|баъд) аз|баъди) ${AT}${TIME}`];
const UNTIL = [`until ${TIME}`, `до ${TIME}`, `то ${AT}${TIME}`];

// Words that turn a sentence round or narrow it; Tajik verbs deny by their first letters, so those words are refused too.
const TURNS = [
  "not|no|never|except|but|unless|only|nobody|don't|dont|can't|cannot|won't|unsafe|danger|dangerous",
  "не|ни|нет|нельзя|никогда|никто|кроме|но|только|исключая|опасн[а-яё]*",
  "нест|хатар[а-яӣ]*|ҷуз|ғайри?|ғайр|лекин|аммо|фақат|танҳо|на|на[а-яёғӣқӯҳҷ]{3,}",
  "am|pm|a\\.m|p\\.m|noon|midnight|morning|mornings|afternoon|evening|evenings|night|nights|day|days|week|weekdays?|weekends?",
  "утра|утром|дня|днём|днем|вечера|вечером|ночи|ночью|полдень|полудня|полуночи|полночь|будни|будням|выходн[а-яё]*|дни|дням|неделе|недели",
  "субҳ|саҳар|пагоҳ[а-яӣ]*|бегоҳ[а-яӣ]*|шом|шаб|шабона|рӯз|рӯзи|рӯзҳо[а-яӣ]*|рӯзона|ҳафта|нисфирӯзӣ|нимашаб",
  "mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|mon|tue|wed|thu|fri|sat|sun",
  "понедельник[а-я]*|вторник[а-я]*|сред[ауы]м?|четверг[а-я]*|пятниц[а-я]*|суббот[а-я]*|воскресень[а-я]*|пн|вт|ср|чт|пт|сб|вс",
  "душанбе|сешанбе|чоршанбе|панҷшанбе|ҷумъа|шанбе|якшанбе",
].join("|");
// \b knows Latin letters only.
const TURNED = new RegExp(`(?<![\\p{L}\\p{N}])(?:${TURNS})(?![\\p{L}\\p{N}])`, "u");

/** The hours of a written line; null unless there is exactly one way to read it. */
export function readHours(written: string): Hours | null {
  const text = written.toLowerCase().replaceAll("’", "'").replace(/[‐-―−]/g, "-").replace(/\s+/g, " ");
  if (TURNED.test(text)) return null;
  // A full stop ends a sentence, but not inside 18.00.
  const sentences = text.split(/[,;!?()\n]|\.(?!\d)/).map((each) => each.trim());
  const found = sentences.map(readSentence).filter((each) => each !== undefined);
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** Whether a minute of the day lies in the hours. */
export function isInside(hours: Hours, minute: number): boolean {
  const { from, until } = hours;
  return from < until ? minute >= from && minute < until : minute >= from || minute < until;
}

/** Undefined where a sentence does not speak of hours; null where it does, but may be read in two ways. */
function readSentence(sentence: string): Hours | null | undefined {
  const span = matched(SPANS, sentence);
  if (span !== undefined) return spanOf(span[0] ?? "", span[1] ?? "");
  const after = matched(AFTER, sentence);
  if (after !== undefined) {
    const from = minutes(after[0] ?? "");
    return from === null || from === DAY || !isSure(after[0] ?? "") ? null : { from, until: DAY };
  }
  const before = matched(UNTIL, sentence);
  if (before !== undefined) {
    const until = minutes(before[0] ?? "");
    return until === null || until === 0 ? null : { from: 0, until };
  }
  return undefined;
}

function spanOf(one: string, other: string): Hours | null {
  const from = minutes(one);
  const until = minutes(other);
  if (from === null || until === null || from === until || from === DAY || !(isSure(one) || isSure(other))) return null;
  // "11:00-2:00" is three hours at noon for some, a day and half a night for others.
  return until < from && from <= NOON ? null : { from, until };
}

function matched(forms: readonly string[], sentence: string): readonly string[] | undefined {
  for (const form of forms) {
    const found = new RegExp(`^${form}$`, "u").exec(sentence);
    if (found !== null) return found.slice(1);
  }
  return undefined;
}

function minutes(time: string): number | null {
  const [hour = "", minute = "0"] = time.split(/[:.]/);
  const whole = Number(hour) * HOUR + Number(minute);
  return Number(minute) < HOUR && whole <= DAY ? whole : null;
}

/** Whether it cannot be the other half of the day. */
function isSure(time: string): boolean {
  const [hour = "", minute] = time.split(/[:.]/);
  return Number(hour) > 12 || hour.startsWith("0") || (minute !== undefined && hour.length === 2);
}
