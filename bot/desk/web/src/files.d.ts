// What imports of files that are not TypeScript give: texts put into the bundle, style sheets beside it.
declare module "*.txt?raw" {
  const text: string;
  export default text;
}
declare module "*.css";
