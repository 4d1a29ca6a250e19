declare module 'jstat' {
  const jStat: { ibeta(x: number, a: number, b: number): number; gammaln(x: number): number };
  export default jStat;
}
