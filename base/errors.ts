/** An error that the operator can mend; it is shown without a stack trace. */
export class UserError extends Error {
    constructor(message: string) {
        super(message);
        this.name = new.target.name;
    }
}
