/** What was done, as a verb: `app.created` → `created`, `cluster.token-issued` → `token issued`. */
export function actionWords(action: string): string {
  return (action.split(".").at(-1) ?? action).replaceAll("-", " ").replaceAll("_", " ");
}
