/** `/openapi.json`, made when it is asked for first: that takes most of a second, which no start should wait for. */
export class OpenApiDocument {
  #make: () => object = () => ({});
  #text: string | null = null;

  get text(): string {
    return (this.#text ??= JSON.stringify(this.#make()));
  }

  /** @param make - called once at most, when the routes are known. */
  set(make: () => object): void {
    this.#make = make;
  }
}
