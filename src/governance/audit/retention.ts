/** Days for which audit entries are kept, whatever anybody asks for: operators of a node of the tree must keep six months of logs. */
export const LEAST_DAYS = 180;
