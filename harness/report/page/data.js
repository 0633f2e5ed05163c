// What there is. The ladders are many: they are read when the first is looked at.
const report = dataOf("report");
let ladders = null;
const laddersOf = c => (ladders ||= dataOf("ladders"))[report.cases.indexOf(c)];
