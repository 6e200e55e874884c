/** The real modules that the shims of the same name stand for; the bundler leads there (plugins.ts). */
declare module 'ink-sanitize-ansi' {
  export default function sanitizeAnsi(text: string): string;
}
