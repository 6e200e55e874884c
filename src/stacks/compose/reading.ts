import path from 'node:path';
import { didYouMean } from '../../models/nearest.ts';
import type { Cast } from './casts.ts';
import { treeOf, type DocumentTree } from './document.ts';
import { interpolate, InterpolationError, type Lookup } from './interpolate.ts';
import type { Outside } from './paths.ts';
import type { SourceFile, SourceParser } from './source.ts';
import {
  composeError,
  pathText,
  placeText,
  type ComposeWarning,
  type Place,
  type TextPart,
  type Tree,
  type TreePath,
} from './tree.ts';

/** Returns the bytes of a file by its absolute path, undefined where there is none. */
export type ReadFile = (path: string) => Promise<Uint8Array | undefined>;

/** What a project is read with: which files were read, what was noticed. One for each time a project is loaded. */
export class Reading {
  /** Absolute paths of all files that were read, in their order. */
  readonly files: string[] = [];
  readonly warnings: ComposeWarning[] = [];
  readonly outside: Outside[] = [];
  /** Absolute. */
  readonly folder: string;
  /** What `~` stands for. */
  readonly home: string | undefined;
  private readonly readFile: ReadFile;
  private readonly parse: SourceParser;
  private readonly sources = new Map<string, Promise<SourceFile>>();

  constructor(folder: string, home: string | undefined, readFile: ReadFile, parse: SourceParser) {
    this.folder = folder;
    this.home = home;
    this.readFile = readFile;
    this.parse = parse;
  }

  readonly warn = (warning: ComposeWarning): void => {
    this.warnings.push(warning);
  };

  /** Returns the bytes of a file, undefined where there is none. */
  readonly bytes = async (file: string): Promise<Uint8Array | undefined> => {
    const bytes = await this.readFile(file);
    if (bytes !== undefined && !this.files.includes(file)) this.files.push(file);
    return bytes;
  };

  /** Remembers what a relative path leads to when that is outside of the project's folder. */
  readonly follow = (to: string, place: Place | undefined): void => {
    if (this.isWithin(to) || this.outside.some((known) => known.path === to)) return;
    this.outside.push({ path: to, place: place === undefined ? undefined : placeText(place) });
  };

  private isWithin(file: string): boolean {
    const relative = path.relative(this.folder, file);
    return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
  }

  /** A file as a person knows it: relative to the project where it lies within. */
  nameOf(file: string): string {
    return this.isWithin(file) ? path.relative(this.folder, file) : file;
  }

  /** Reads the YAML of a file, once. `asked` is where it was asked for. Throws `config`, `not-found` in words about that place. */
  async source(file: string, asked: Place | undefined): Promise<SourceFile> {
    const known = this.sources.get(file) ?? this.parsed(file, asked);
    this.sources.set(file, known);
    return await known;
  }

  private async parsed(file: string, asked: Place | undefined): Promise<SourceFile> {
    const name = this.nameOf(file);
    const bytes = await this.bytes(file);
    this.follow(file, asked);
    if (bytes === undefined)
      throw composeError(asked, `there is no file \`${name}\`.`, 'Correct the path, or put the file there.');
    const source = this.parse(bytes, name);
    source.warnings.forEach(this.warn);
    return source;
  }

  /** Returns the documents of a file with their variables replaced. */
  trees({ source, documents }: SourceFile, environment: ReadonlyMap<string, string>): readonly DocumentTree[] {
    const lookup: Lookup = (variable) => environment.get(variable);
    return documents.map((document) => treeOf(document, source, this.textReader(lookup, environment)));
  }

  private textReader(lookup: Lookup, environment: ReadonlyMap<string, string>) {
    return (
      text: string,
      cast: Cast | undefined,
      place: Place,
      where: TreePath,
    ): { readonly value: Tree; readonly parts: readonly TextPart[] | undefined } => {
      if (cast === undefined && !text.includes('$')) return { value: text, parts: undefined };
      const replaced = this.replaced(text, lookup, place, where);
      for (const variable of replaced.unset) {
        const message = `The variable ${variable} is not set; it is empty here.${didYouMean(variable, environment.keys())}`;
        this.warn({ message, place });
      }
      if (cast === undefined) return { value: replaced.text, parts: replaced.parts };
      const value = cast.of(replaced.text);
      if (value === undefined) {
        const told = replaced.text === '' ? 'nothing' : `\`${replaced.text}\``;
        throw composeError(place, `${pathText(where)}: ${cast.wanted} is wanted here, this is ${told}.`);
      }
      const better = cast.old?.(replaced.text);
      if (better !== undefined) this.warn({ message: `Write \`${better}\` for \`${replaced.text}\`.`, place });
      return { value, parts: replaced.parts };
    };
  }

  private replaced(text: string, lookup: Lookup, place: Place, where: TreePath): ReturnType<typeof interpolate> {
    try {
      return interpolate(text, lookup);
    } catch (error) {
      if (error instanceof InterpolationError)
        throw composeError(place, `${pathText(where)}: ${error.message}`, error.hint);
      throw error;
    }
  }
}
