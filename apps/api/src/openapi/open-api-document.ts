/** `/openapi.json`, made once the routes are known. */
export class OpenApiDocument {
  #text = '{}';

  get text(): string {
    return this.#text;
  }

  set(document: object): void {
    this.#text = JSON.stringify(document);
  }
}
