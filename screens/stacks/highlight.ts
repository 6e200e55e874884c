import type { Look, Token } from '../../components/look.ts';
import { clean } from '../../components/text.ts';

/**
 * Lines of a configuration file in colours: what is a comment, a name, a value stands out. By the line alone, so it is the same wherever
 * one has scrolled to.
 */

type Painted = readonly (readonly [text: string, token?: Token])[];
type Language = (line: string) => Painted;

const comment = (line: string): Painted | undefined => (/^\s*#/.test(line) ? [[line, 'muted']] : undefined);

/** A value that a machine reads in a way of its own: number, truth, text in quotes, expression of a template. */
const valueToken = (value: string): Token | undefined => {
  if (/^\s*(?:-?\d[\d.]*|true|false|null|~)\s*$/.test(value)) return 'info';
  if (/^\s*["'|>&*]/.test(value)) return 'ok';
  return undefined;
};

const valueParts = (value: string): Painted => {
  const [, text = '', remark = ''] = /^(.*?)(\s+#.*)?$/.exec(value) ?? [];
  const token = valueToken(text);
  return [token === undefined ? [text] : [text, token], [remark, 'muted']];
};

const yaml: Language = (line) => {
  const whole = comment(line);
  if (whole !== undefined) return whole;
  if (/^\s*\{\{-?.*\}\}\s*$/.test(line)) return [[line, 'warn']];
  const [, indent = '', key, rest = ''] = /^(\s*(?:- )*)([^\s#:'"{[][^:]*|"[^"]*"|'[^']*'):(\s.*)?$/.exec(line) ?? [];
  if (key === undefined) {
    const [, dash = '', item = line] = /^(\s*(?:- )+)(.*)$/.exec(line) ?? [];
    return [[dash, 'muted'], ...valueParts(item)];
  }
  return [[indent, 'muted'], [key, 'accent'], [':', 'muted'], ...valueParts(rest)];
};

const ini: Language = (line) => {
  if (/^\s*[#;]/.test(line)) return [[line, 'muted']];
  if (/^\s*\[.*\]\s*$/.test(line)) return [[line, 'heading']];
  const at = line.indexOf('=');
  return at < 0 ? [[line]] : [[line.slice(0, at), 'accent'], ['=', 'muted'], [line.slice(at + 1)]];
};

const shellWords =
  /^(\s*)(if|then|else|elif|fi|for|while|do|done|case|esac|in|return|exit|local|set|trap|function)\b(.*)$/;

const shell: Language = (line) => {
  const whole = comment(line);
  if (whole !== undefined) return whole;
  const [, indent = '', word, rest = ''] = shellWords.exec(line) ?? [];
  if (word !== undefined) return [[indent], [word, 'accent'], [rest]];
  const [, name, body = ''] = /^(\w+\s*\(\)|\s*\w+=)(.*)$/.exec(line) ?? [];
  return name === undefined ? [[line]] : [[name, 'info'], [body]];
};

const dockerfile: Language = (line) => {
  const whole = comment(line);
  if (whole !== undefined) return whole;
  const [, word, rest = ''] = /^([A-Z]+)(\s.*)$/.exec(line) ?? [];
  return word === undefined ? [[line]] : [[word, 'accent'], [rest]];
};

const markdown: Language = (line) => {
  if (/^#{1,6} /.test(line)) return [[line, 'heading']];
  if (/^(?:```| {4})/.test(line)) return [[line, 'info']];
  return [[line]];
};

const nginx: Language = (line) => {
  const whole = comment(line);
  if (whole !== undefined) return whole;
  const [, indent = '', word = '', rest = ''] = /^(\s*)([a-z_]+)?(.*)$/.exec(line) ?? [];
  return [[indent], [word, 'accent'], [rest]];
};

const json: Language = (line) => {
  const [, indent = '', key, rest = ''] = /^(\s*)("(?:[^"\\]|\\.)*")(\s*:.*)$/.exec(line) ?? [];
  return key === undefined ? [[line]] : [[indent], [key, 'accent'], [rest]];
};

const plain: Language = (line) => [[line]];

const endings: readonly (readonly [RegExp, Language])[] = [
  [/(^|\/)Dockerfile[^/]*(?<!ignore)$/, dockerfile],
  [/\.(ya?ml|tpl)$/, yaml],
  [/\.(service|timer|socket|container|volume|network|target|mount|cnf|ini|conf\.d)$/, ini],
  [/(^|\/)\.?[^/]*\.env(\.[a-z]+)?$|\.env$/, ini],
  [/\.sh$/, shell],
  [/\.md$/, markdown],
  [/nginx[^/]*\.conf$/, nginx],
  [/\.json$/, json],
];

/** Returns the painter of the lines of a file, by its name. */
export const painterOf = (file: string, look: Look): ((line: string) => string) => {
  const language = endings.find(([ending]) => ending.test(file))?.[1] ?? plain;
  return (line) =>
    language(clean(line))
      .map(([text, token]) => (token === undefined || text === '' ? text : look.paint(token, text)))
      .join('');
};

/** A line of a difference. */
export const diffLine = (line: string, look: Look): string => {
  const text = clean(line);
  if (line.startsWith('+')) return look.paint('ok', text);
  if (line.startsWith('-')) return look.paint('error', text);
  return look.paint(line.startsWith('@@') ? 'accent' : 'muted', text);
};
