/** Texts that only stand in for a value. Who deploys one has a password that everybody knows. */

const stand = [
  /^(change|replace|set|fill|edit|update)[ _-]?(me|this|it|in)?([ _-]?(now|please|later|in[ _-]?production))?[!\d]*$/i,
  /(?<![a-z])(change[ _-]?(me|this)|replace[ _-]?(me|this|with)|fill[ _-]?(me|this)[ _-]?in)(?![a-z])/i,
  /^(your|my|the|some|an?)[ _-].*(key|token|secret|password|passwd|here|value|id|domain|host|endpoint|url)\b/i,
  /[ _-]here$/i,
  /^(x{3,}|\*{3,}|\.{3,}|-{3,}|\?{3,})$/i,
  /[-_=]x{4,}$/i,
  /^<[^<>]+>$/,
  /^\{\{.*\}\}$/,
  /^\[[^[\]]*(key|token|secret|password|here)[^[\]]*\]$/i,
  /^(todo|tbd|fixme|placeholder|example|dummy|redacted|none|null|undefined|default|insecure)$/i,
  /^(pass(word|wd)?|secret|token|admin|root|test|letmein|qwerty|guest)[!\d]*$/i,
  /\byour[-_]?(domain|company|org(anization)?|host|server)\b/i,
  /^(1234|12345|123456|1234567|12345678|123456789|abc123|000+)$/,
];

/** Whether a text only stands in for a value: `changeme`, `your-api-key-here`, `<token>`, `xxxx`. */
export const isPlaceholder = (value: string): boolean => {
  const text = value.trim();
  return text !== '' && stand.some((one) => one.test(text));
};
