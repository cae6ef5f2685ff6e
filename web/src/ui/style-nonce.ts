const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;

// Two libraries (sonner, react-remove-scroll) insert a <style> of their own and cannot be told the nonce of the
// page's Content-Security-Policy. Stamping it at creation keeps the policy strict and their styles working.
if (nonce) {
  const create = document.createElement;
  document.createElement = function (this: Document, name: string, options?: ElementCreationOptions) {
    const element = create.call(this, name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  } as typeof create; // the overloads of createElement cannot be written as one signature
}
