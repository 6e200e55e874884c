import type { Call } from '../operations/operation.ts';
import type { AppModel } from './app.ts';
import {
  answerOf,
  chosenOf,
  isAsked,
  problemOf,
  type Choice,
  type Field,
  type FormDefinition,
  type FormProblem,
  type Page,
  type Values,
} from './form.ts';
import { Review } from './review.ts';
import type { Drawing } from './screen.ts';
import { LineEditor } from './typing.ts';

const commonBeginning = ([first = '', ...others]: readonly string[]): string => {
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
};

/** A form that is being filled in: where the person is, what was answered, what would be done. */
export class FormModel {
  readonly definition: FormDefinition;
  readonly #app: AppModel;
  #given: Values;
  /** Given answers, and for all fields that were seen the usual ones. */
  #answers: Values;
  #fields: readonly Field[] = [];
  #secrets = new Set<string>();
  #editing: { readonly name: string; readonly editor: LineEditor } | undefined;
  /** The field to begin at, until it is there. */
  #wanted: string | undefined;
  page = 0;
  focus = 0;
  /** Where one is among several choices. */
  cursor = 0;
  problem: FormProblem | undefined;
  /** What would be done; undefined while answers are given. */
  review: Review | undefined;
  /** What is being done before the chosen answer can be taken: the last line of its log. */
  busy: string | undefined;
  /** Answers for which all was done that had to be. */
  readonly #met = new Set<string>();
  #isClosed = false;
  /** The field of which a person was told that it is still asked for. */
  #toldToWait: string | undefined;
  /** Whether answers of another time were taken up. */
  readonly resumed: boolean;

  constructor(app: AppModel, definition: FormDefinition) {
    this.#app = app;
    this.definition = definition;
    this.page = definition.at?.page ?? 0;
    this.#wanted = definition.at?.field;
    const draft = definition.draft === undefined ? undefined : app.views.draft(definition.draft);
    this.resumed = draft !== undefined;
    this.#given = { ...definition.start, ...draft };
    this.#answers = this.#given;
    this.#lookAgain();
  }

  /** The fields as they are after an answer or on another page: the next key may come before the next drawing. */
  #lookAgain(): void {
    this.look({ app: this.#app, look: this.#app.appearance.getState(), now: this.#app.now() });
  }

  /** The answers as they would be sent. */
  get values(): Values {
    return this.#answers;
  }

  get field(): Field | undefined {
    return this.#fields[this.focus];
  }

  /** The line that is being typed, where the field is one. */
  get editor(): LineEditor | undefined {
    const { field } = this;
    if (this.review !== undefined || field === undefined || (field.kind !== 'text' && field.kind !== 'secret'))
      return undefined;
    if (this.#editing?.name !== field.name) {
      const { name } = field;
      const editor = new LineEditor(() => this.set(name, editor.text), answerOf(field, this.#answers));
      this.#editing = { name, editor };
    }
    return this.#editing.editor;
  }

  /** The pages that are asked, as far as the answers tell. */
  get pages(): readonly Page[] {
    return this.definition.pages.filter(({ when }) => when === undefined || when(this.#answers));
  }

  get #page(): Page | undefined {
    return this.pages[this.page];
  }

  /** Called while drawing, and where an answer changed: returns the fields of the page. What one of them offers may follow from another. */
  look(drawing: Drawing): readonly Field[] {
    const page = this.#page;
    if (page === undefined) return [];
    // An answer that fell away changes what others offer: three rounds settle what any of the forms asks.
    for (let round = 0; round < 3; round += 1) {
      this.#fields = page.fields(this.#answers, drawing);
      const next = Object.fromEntries(this.#fields.map((field) => [field.name, answerOf(field, this.#given)]));
      const same = Object.entries(next).every(([name, value]) => this.#answers[name] === value);
      if (same) break;
      this.#answers = { ...this.#answers, ...next };
    }
    for (const field of this.#fields) if (field.kind === 'secret') this.#secrets.add(field.name);
    const told = this.#fields.find(({ name }) => name === this.#toldToWait);
    if (told !== undefined && !isAsked(told)) {
      this.#toldToWait = undefined;
      this.problem = undefined;
    }
    const wanted = this.#fields.findIndex(({ name }) => name === this.#wanted);
    if (wanted >= 0) {
      this.focus = wanted;
      this.#wanted = undefined;
    }
    this.focus = Math.max(0, Math.min(this.focus, this.#fields.length - 1));
    return this.#fields;
  }

  set(name: string, value: string): void {
    // Where only the cursor of a line moved, that is seen too.
    if (this.#answers[name] === value) return this.#app.changed();
    this.#given = { ...this.#given, [name]: value };
    this.#answers = { ...this.#answers, [name]: value };
    this.problem = undefined;
    this.#lookAgain();
    this.#app.changed();
  }

  /** Typed or pasted text: into the line, or to the choice that begins so. */
  type(text: string): void {
    const { editor, field } = this;
    if (editor !== undefined) return editor.insert(text);
    if (text === 'j' || text === 'k') return this.step(text === 'j' ? 1 : -1);
    if (field?.kind !== 'choice') return;
    const wanted = text.toLowerCase();
    const found = field.choices?.find(
      ({ label, impossible }) => impossible === undefined && label.toLowerCase().startsWith(wanted),
    );
    if (found !== undefined) this.set(field.name, found.value);
  }

  /** What would complete the line, as far as all suggestions that begin so agree. */
  get suggestion(): string {
    const { editor, field } = this;
    if (editor === undefined || field?.kind !== 'text' || editor.text === '' || editor.after !== '') return '';
    const { text } = editor;
    return commonBeginning((field.suggestions ?? []).filter((one) => one.startsWith(text))).slice(text.length);
  }

  /** Left and right: in the line, or from button to button. */
  sideways(delta: 1 | -1): void {
    if (this.review !== undefined) return this.review.move(delta);
    const { editor, suggestion } = this;
    if (delta === 1 && suggestion !== '') editor?.insert(suggestion);
    else editor?.move(delta);
  }

  /** Up and down: among the choices of a field, elsewhere from field to field; in the review line by line. */
  step(delta: 1 | -1): void {
    const { field, review } = this;
    if (review !== undefined) return review.step(delta);
    if (field === undefined) return;
    if (field.kind === 'choice') return this.#choose(field.choices ?? [], answerOf(field, this.#answers), delta);
    if (field.kind !== 'many') return this.move(delta);
    const last = Math.max(0, (field.choices?.length ?? 0) - 1);
    this.cursor = Math.max(0, Math.min(last, this.cursor + delta));
    this.#app.changed();
  }

  #choose(choices: readonly Choice[], value: string, delta: 1 | -1): void {
    const { field } = this;
    const possible = choices.filter(({ impossible }) => impossible === undefined);
    const at = possible.findIndex((one) => one.value === value);
    const next = possible[Math.max(0, Math.min(possible.length - 1, at + delta))];
    if (next !== undefined && field !== undefined) this.set(field.name, next.value);
  }

  /** From field to field, or in the review from button to button. */
  move(delta: 1 | -1): void {
    if (this.review !== undefined) return this.review.move(delta);
    const count = Math.max(1, this.#fields.length);
    this.focus = (this.focus + delta + count) % count;
    this.cursor = 0;
    this.#editing = undefined;
    this.#app.changed();
  }

  toggle(): void {
    const { field } = this;
    if (field === undefined || this.review !== undefined) return;
    const value = answerOf(field, this.#answers);
    if (field.kind === 'toggle') this.set(field.name, value === 'on' ? 'off' : 'on');
    if (field.kind !== 'many') return;
    const choice = field.choices?.[this.cursor];
    if (choice === undefined || choice.impossible !== undefined) return;
    const chosen = chosenOf(value);
    const next = chosen.includes(choice.value)
      ? chosen.filter((one) => one !== choice.value)
      : [...chosen, choice.value];
    this.set(field.name, next.join('\n'));
  }

  /** Enter: the next field; behind the last one the next page; behind the last page what would be done. */
  advance(): void {
    const { field } = this;
    if (this.busy !== undefined || (field !== undefined && this.#holdsUp(field))) return;
    if (this.focus < this.#fields.length - 1) return this.move(1);
    this.nextPage();
  }

  /** The next page, or what would be done, where all of this page can be taken; else to what cannot. */
  nextPage(): void {
    if (this.busy !== undefined || this.review !== undefined) return;
    const open = this.#fields.findIndex(
      (one) => problemOf(one, answerOf(one, this.#answers)) !== undefined || this.#unmet(one) !== undefined,
    );
    const field = this.#fields[open];
    if (field !== undefined) {
      this.focus = open;
      this.#editing = undefined;
      this.#holdsUp(field);
      return;
    }
    if (this.page < this.pages.length - 1) this.page += 1;
    else this.#lookAhead();
    this.#begin();
    this.#app.changed();
  }

  /** Whether an answer cannot be taken: what is wrong is told, what must be done before it begins. */
  #holdsUp(field: Field): boolean {
    const choice = this.#unmet(field);
    if (this.#tellProblem(field) || choice?.first === undefined) return this.problem !== undefined;
    void this.#meet(field.name, choice.value, choice.first);
    return true;
  }

  /** The chosen answer, where something must be done before it can be taken. */
  #unmet(field: Field): Choice | undefined {
    if (field.kind !== 'choice') return undefined;
    const value = answerOf(field, this.#answers);
    const choice = field.choices?.find((one) => one.value === value);
    return choice?.first === undefined || this.#met.has(value) ? undefined : choice;
  }

  async #meet(name: string, value: string, first: Call): Promise<void> {
    this.busy = first.name;
    this.#app.changed();
    const ended = await this.#app.run(first, {
      onEvent: (event) => {
        if (event.type !== 'line') return;
        this.busy = event.text;
        this.#app.changed();
      },
    });
    this.busy = undefined;
    if (this.#isClosed) return;
    if ('error' in ended) {
      const { message, hint } = ended.error;
      this.problem = { message, ...(hint !== undefined && { hint }) };
    } else {
      this.#met.add(value);
      if (this.field?.name === name) this.advance();
    }
    this.#app.changed();
  }

  /** The first field of a page. */
  #begin(): void {
    this.focus = 0;
    this.cursor = 0;
    this.#editing = undefined;
    this.#lookAgain();
  }

  #tellProblem(field: Field): boolean {
    const message = problemOf(field, answerOf(field, this.#answers));
    this.problem = message === undefined ? undefined : { message };
    this.#toldToWait = message !== undefined && isAsked(field) ? field.name : undefined;
    this.#app.changed();
    return message !== undefined;
  }

  /** One step back: from the review to the answers, from page to page. False on the first one. */
  back(): boolean {
    this.problem = undefined;
    if (this.review !== undefined) {
      this.review.close();
      this.review = undefined;
    } else if (this.page > 0) this.page -= 1;
    else return false;
    this.#begin();
    this.#app.changed();
    return true;
  }

  #lookAhead(): void {
    this.review = new Review(this.#app, this.definition);
    void this.review.ask(() => this.definition.call(this.#answers));
  }

  /** Keeps the answers for another time. False where the form keeps none, or none was given. */
  keepDraft(): boolean {
    const { draft } = this.definition;
    if (draft === undefined) return false;
    const { start = {} } = this.definition;
    const kept = Object.entries(this.#given).filter(
      ([name, value]) => !this.#secrets.has(name) && start[name] !== value,
    );
    if (kept.length === 0) return false;
    this.#app.views.keepDraft(draft, Object.fromEntries(kept));
    return true;
  }

  /** Does what the review shows; `onTask` is told of each task that begins. The form is closed before. */
  apply(onTask: (upid: string) => void): void {
    this.review?.withPlan(({ hazards }) => {
      const { call, draft, follow, ended } = this.definition;
      if (draft !== undefined) this.#app.views.keepDraft(draft, undefined);
      this.#app.closeOverlay();
      const work = this.#app.run(call(this.#answers), { onTask, ...follow?.(), seen: hazards });
      if (ended !== undefined) void work.then((end) => ended(end, this.#answers));
    });
  }

  close(): void {
    this.#isClosed = true;
    this.review?.close();
  }
}
