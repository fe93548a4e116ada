import { type Naming, said, stackNaming } from "./naming";

/** An error that the operator can mend; it is shown without a stack trace. */
export class UserError extends Error {
    /** @param marked The message, with the marks of naming.ts; `message` names settings as stacks do. */
    constructor(private readonly marked: string) {
        super(said(marked, stackNaming));
        this.name = new.target.name;
    }

    /** The message for somebody who knows the settings by other names. */
    saidTo(naming: Naming): string {
        return said(this.marked, naming);
    }
}
