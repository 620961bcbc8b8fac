import { Writer } from "../bytes/writer";
import { CalendarDataFilter } from "../dav/multistatus_policy";
import { Redactor } from "../policy/redaction";
import { View } from "../policy/redaction_view";

/** Shows the calendar-data in a 207 as a view does. */
export class ViewFilter extends CalendarDataFilter {
  readonly view: View = new View();
  private redactor: Redactor = new Redactor();

  begin(): void {
    this.redactor.begin(this.view, false);
  }

  write(ptr: usize, len: i32, out: Writer): void {
    this.redactor.write(ptr, len);
  }

  end(out: Writer): bool {
    return this.redactor.end(out);
  }

  /** Gives memory back. */
  release(): void {
    this.redactor.release(0);
  }
}
