import { type Locator, type Page } from 'playwright-core';

/** Swagger UI as a person uses it. */
export class SwaggerUi {
  constructor(private readonly page: Page) {}

  /** Opens the authorize dialog and enters a value for each scheme, in place of what was entered before. */
  async authorize(values: Readonly<Record<string, string>>): Promise<void> {
    await this.page.locator('.btn.authorize').first().click();
    const dialog = this.page.locator('.dialog-ux');
    for (const [scheme, value] of Object.entries(values)) {
      const title = this.page.locator('h4 code', { hasText: new RegExp(`^${scheme}$`) });
      const form = dialog.locator('.auth-container', { has: title });
      const logout = form.getByRole('button', { name: 'Remove authorization' });
      if (await logout.isVisible()) await logout.click();
      await form.locator('input').first().fill(value);
      await form.locator('button.authorize').click();
    }
    await dialog.locator('.close-modal').click();
  }

  /** What is chosen in the selector of documents. */
  async choose(name: string): Promise<void> {
    await this.page.locator('#select').selectOption({ label: name });
  }

  /** The titles of the sections that are shown. */
  tags(): Promise<string[]> {
    return this.page.locator('.opblock-tag > a').allInnerTexts();
  }

  /** Where the introduction leads to. */
  async links(): Promise<string[]> {
    const links = await this.page.locator('.info a[href*="#/"]').all();
    return Promise.all(links.map(async (link) => (await link.getAttribute('href')) ?? ''));
  }

  operation(method: string, path: string): Locator {
    return this.page
      .locator('.opblock', { has: this.page.locator(`.opblock-summary-path[data-path="${path}"]`) })
      .filter({ has: this.page.locator('.opblock-summary-method', { hasText: method }) });
  }

  /**
   * Tries an operation out: ids are pasted into the parameters of its path, and of the example body what `edit` changes is
   * typed over. Resolves to the status that is shown, and the body that is shown below it.
   */
  async tryOut(
    method: string,
    path: string,
    { ids = {}, edit }: { ids?: Readonly<Record<string, string>>; edit?: (example: string) => string } = {},
  ): Promise<{ status: string; body: string }> {
    const block = this.operation(method, path);
    const head = block.locator('.opblock-summary-control').first();
    await head.click();
    for (const [name, id] of Object.entries(ids))
      await block.locator(`tr[data-param-name="${name}"][data-param-in="path"] input`).fill(id);
    if (edit) {
      const body = block.locator('textarea.body-param__text');
      await body.fill(edit(await body.inputValue()));
    }
    await block.locator('button.execute').click();
    const answer = block.locator('.live-responses-table');
    const status = await answer.locator('.response-col_status').last().innerText();
    const shown = answer.locator('.response-col_description .highlight-code code');
    const body = (await shown.count()) > 0 ? await shown.first().innerText() : '';
    await head.click();
    return { status, body };
  }
}
