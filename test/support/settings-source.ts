import ts from 'typescript';

/** One setting as its class declares it. */
export interface Setting {
  readonly name: string;
  /** The doc comment, on one line, without its tags. */
  readonly sentence: string;
  readonly isOptional: boolean;
  /** Arguments of each decorator, as source text, by the decorator's name. */
  readonly decorators: ReadonlyMap<string, readonly string[]>;
}

export interface SettingsClass {
  readonly name: string;
  readonly settings: readonly Setting[];
}

/**
 * The classes of a TypeScript file with their decorated properties. Doc comments exist in the source only, so the documents that
 * repeat them are made from the source.
 */
export function settingsClassesIn(source: string): SettingsClass[] {
  const file = ts.createSourceFile('settings.ts', source, ts.ScriptTarget.Latest, true);
  return file.statements.filter(ts.isClassDeclaration).map((declaration) => ({
    name: declaration.name?.text ?? '',
    settings: declaration.members.filter(ts.isPropertyDeclaration).flatMap((property) => settingOf(property)),
  }));
}

function settingOf(property: ts.PropertyDeclaration): Setting[] {
  const calls = (ts.getDecorators(property) ?? [])
    .map(({ expression }) => expression)
    .filter(ts.isCallExpression);
  if (calls.length === 0) return [];
  return [
    {
      name: property.name.getText(),
      sentence: sentenceOf(property),
      isOptional: property.questionToken !== undefined,
      decorators: new Map(
        calls.map((call) => [
          call.expression.getText(),
          call.arguments.map((argument) => argument.getText()),
        ]),
      ),
    },
  ];
}

function sentenceOf(property: ts.PropertyDeclaration): string {
  const texts = ts
    .getJSDocCommentsAndTags(property)
    .filter(ts.isJSDoc)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '');
  return texts.join(' ').replaceAll(/\s+/g, ' ').trim();
}
