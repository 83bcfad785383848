@refusals @normal
Feature: Clear refusals
  People and programs make mistakes every day. The service must say what is wrong, in the same clear way
  everywhere, and a refused request must not change anything.

  Rule: A refusal says what is wrong

    @REJ-01 @clause-3.1 @clause-1.2 @needs-validation-required
    Scenario Outline: Details that lack something essential are refused
      When the client creates user Ada with <flaw>
      Then the request is refused because the details are not valid
      And the refusal names the <detail>

      Examples: What may be lacking
        | flaw                    | detail |
        | a missing name          | name   |
        | a null name             | name   |
        | an empty name           | name   |
        | a name of blanks only   | name   |
        | a missing email         | email  |
        | a null email            | email  |
        | an empty email          | email  |
        | an email of blanks only | email  |

    @REJ-02 @clause-3.1 @clause-1.2 @needs-validation-emails
    Scenario Outline: What cannot be an email is refused
      When the client creates user Ada with <flaw>
      Then the request is refused because the details are not valid
      And the refusal names the email

      Examples: What cannot be an email
        | flaw                           |
        | an email without @             |
        | an email with two @            |
        | an email with a blank inside   |
        | an email with nothing before @ |
        | an email with nothing after @  |
        | an email with a dot at the end |

    @REJ-03 @clause-3.1 @clause-1.2 @needs-validation-kinds
    Scenario Outline: Details of the wrong kind are refused
      When the client creates user Ada with <flaw>
      Then the request is refused because the details are not valid
      And the refusal names the <detail>
      And no user has been created

      Examples: Kinds that are no text
        | flaw                         | detail   |
        | a number for a name          | name     |
        | a list for a name            | name     |
        | an object for a name         | name     |
        | a truth value for a name     | name     |
        | a number for an email        | email    |
        | a list for an email          | email    |
        | a truth value for an email   | email    |
        | a number for a nickname      | nickname |
        | a truth value for a nickname | nickname |
        | a list for a nickname        | nickname |

    @REJ-01 @clause-3.1 @needs-validation
    Scenario: A refusal names every bad detail
      When the client creates user Ada with an empty name and an email without @
      Then the request is refused because the details are not valid
      And the refusal names the name
      And the refusal names the email

    @REJ-01 @clause-3.1 @needs-validation @needs-validation-lengths @needs-password
    Scenario: A bad password hides no other bad detail
      When the client creates user Ada with an empty name and a password that is too short
      Then the request is refused because the details are not valid
      And the refusal names the name
      And the refusal names the password

    @REJ-01 @REJ-11 @clause-3.1 @needs-validation @needs-put
    Scenario: A refused replacement names every bad detail
      Given user Ada exists
      When the client replaces user Ada with an empty name and an email without @
      Then the request is refused because the details are not valid
      And the refusal names the name
      And the refusal names the email
      And user Ada is unchanged

    @REJ-01 @REJ-11 @clause-3.1 @needs-validation @needs-patch
    Scenario: A refused change names every bad detail
      Given user Ada exists
      When the client changes user Ada with an empty name and an email without @
      Then the request is refused because the details are not valid
      And the refusal names the name
      And the refusal names the email
      And user Ada is unchanged

    @REJ-04 @clause-3.1 @clause-3.5 @needs-validation-forms
    Scenario Outline: A form that cannot be read is refused
      When the client sends a form that <kind> to create a user
      Then the request is refused because the form cannot be read
      And no user has been created

      Examples: Forms that cannot be read
        | kind                            |
        | is cut off                      |
        | has extra characters at its end |
        | is a bare word                  |
        | is empty                        |
        | has a stray comma               |
        | is not text                     |

    @REJ-04 @clause-3.1 @clause-3.5 @needs-validation-forms
    Scenario Outline: A form that holds no user is refused
      When the client sends a form that <kind> to create a user
      Then the request is refused because the form cannot be read, or the details are not valid
      And no user has been created

      Examples: Forms that can be read and hold no user
        | kind             |
        | is a list        |
        | is a quoted word |
        | is a number      |
        | is null          |

    @REJ-05 @clause-3.2 @needs-media-types
    Scenario Outline: A form in an unknown format is refused
      When the client sends <format> to create a user
      Then the request is refused because the format is unknown
      And no user has been created

      Examples: Formats
        | format     |
        | plain text |
        | XML        |
        | a web form |

    @REJ-05 @clause-3.2 @needs-media-types @needs-put
    Scenario: A replacement in an unknown format is refused
      Given user Ada exists
      When the client sends plain text to replace user Ada
      Then the request is refused because the format is unknown
      And user Ada is unchanged

    @REJ-05 @clause-3.2 @needs-media-types @needs-patch
    Scenario: A change in an unknown format is refused
      Given user Ada exists
      When the client sends plain text to change user Ada
      Then the request is refused because the format is unknown
      And user Ada is unchanged

    @REJ-05 @clause-3.2 @needs-media-types
    Scenario: A new user's form may name its character set
      Given the next request arrives with its character set named
      When the client creates user Ada
      Then the creation of user Ada is accepted

    @REJ-05 @clause-3.2 @needs-media-types @needs-put
    Scenario: A replacement may name its character set
      Given user Ada exists
      And the next request arrives with its character set named
      When the client replaces user Ada with another name only
      Then the change of user Ada is accepted

    @REJ-05 @clause-3.2 @needs-media-types @needs-patch
    Scenario: A change may name its character set
      Given user Ada exists
      And the next request arrives with its character set named
      When the client changes user Ada with another name only
      Then the change of user Ada is accepted

    @REJ-08 @clause-3.2 @needs-allow-header
    Scenario Outline: An action that is not offered is refused
      Given user Ada exists
      When the client tries to <action>
      Then the request is refused because the action is not offered
      And the refusal names the allowed actions

      Examples: Actions that are not offered
        | action                                   |
        | replace all users                        |
        | change all users                         |
        | create a user at the address of user Ada |

  Rule: Details may be as long as promised and no longer

    @REJ-06 @clause-1.2 @needs-validation-lengths
    Scenario Outline: The longest details are kept whole
      When the client creates user Ada with <length>
      Then the creation of user Ada is accepted
      And a look-up shows user Ada with <length> within the promised time

      Examples: As long as promised
        | length                         |
        | the longest name               |
        | the longest name in Chinese    |
        | the longest nickname           |
        | the longest email              |
        | the longest details in Chinese |

    @REJ-06 @REJ-11 @clause-1.2 @needs-validation-lengths @needs-put
    Scenario Outline: A replacement keeps the longest details whole
      Given user Ada exists
      When the client replaces user Ada with <length>
      Then the change of user Ada is accepted
      And a look-up shows user Ada with <length> within the promised time

      Examples: As long as promised
        | length                         |
        | the longest name               |
        | the longest name in Chinese    |
        | the longest nickname           |
        | the longest email              |
        | the longest details in Chinese |

    @REJ-06 @REJ-11 @clause-1.2 @needs-validation-lengths @needs-patch
    Scenario Outline: A change keeps the longest details whole
      Given user Ada exists
      When the client changes user Ada with <length>
      Then the change of user Ada is accepted
      And a look-up shows user Ada with <length> within the promised time

      Examples: As long as promised
        | length                         |
        | the longest name               |
        | the longest name in Chinese    |
        | the longest nickname           |
        | the longest email              |
        | the longest details in Chinese |

    @REJ-06 @clause-1.2 @clause-3.1 @needs-validation-lengths
    Scenario Outline: Longer details are refused
      When the client creates user Ada with <flaw>
      Then the request is refused because the details are not valid
      And the refusal names the <detail>

      Examples: One character too many
        | flaw                        | detail   |
        | a name that is too long     | name     |
        | a nickname that is too long | nickname |
        | an email that is too long   | email    |

    @REJ-06 @clause-1.6 @clause-3.1 @needs-validation-lengths @needs-password
    Scenario Outline: A password has its limits too
      When the client creates user Ada with <flaw>
      Then the request is refused because the details are not valid
      And the refusal names the password

      Examples: Passwords out of range
        | flaw                         |
        | a password that is too short |
        | a password that is too long  |

    @REJ-06 @REJ-11 @clause-1.6 @clause-3.1 @needs-validation-lengths @needs-password @needs-put
    Scenario Outline: A new password has the same limits
      Given user Ada exists
      When the client replaces user Ada with <flaw>
      Then the request is refused because the details are not valid
      And the refusal names the password
      And user Ada is unchanged

      Examples: Passwords out of range
        | flaw                         |
        | a password that is too short |
        | a password that is too long  |

    @REJ-07 @clause-3.2 @clause-3.5 @needs-body-limit
    Scenario: A form that is too large is refused
      Given user Ada exists
      When the client sends a form that is too large to create a user
      Then the request is refused because the form is too large
      And user Ada is unchanged

    @REJ-07 @clause-3.2 @needs-body-limit
    Scenario: The largest form is accepted
      Given the next request arrives as large as a form may be
      When the client creates user Ada
      Then the creation of user Ada is accepted

    @REJ-07 @clause-3.2 @needs-body-limit
    Scenario: One byte more is too large
      Given the next request arrives one byte larger than a form may be
      When the client creates user Ada
      Then the request is refused because the form is too large

    @REJ-07 @clause-3.2 @clause-3.5 @needs-body-limit
    Scenario: A form in chunks has the same limit
      Given the next request arrives in chunks
      When the client sends a form that is too large to create a user
      Then the request is cleanly refused
      And no user has been created

    @REJ-07 @clause-3.2 @clause-3.5 @needs-body-limit @needs-put
    Scenario: A replacement that is too large is refused
      Given user Ada exists
      When the client sends a form that is too large to replace user Ada
      Then the request is refused because the form is too large
      And user Ada is unchanged

    @REJ-07 @clause-3.2 @clause-3.5 @needs-body-limit @needs-patch
    Scenario: A change that is too large is refused
      Given user Ada exists
      When the client sends a form that is too large to change user Ada
      Then the request is refused because the form is too large
      And user Ada is unchanged

  Rule: Refusals are the same everywhere

    @REJ-09 @clause-3.3 @needs-problem-json
    Scenario Outline: Every refusal explains itself in the same way
      Given user Ada exists
      When the client sends a request that must be refused because <reason>
      Then the refusal explains itself and reveals no internal details

      Examples: Reasons
        | reason                    |
        | the details are not valid |
        | the form cannot be read   |
        | there is no such user     |

    @REJ-09 @clause-3.3 @needs-problem-json @needs-unique-email
    Scenario: A refused email explains itself in the same way
      Given user Ada exists
      When the client sends a request that must be refused because the email is already in use
      Then the refusal explains itself and reveals no internal details

    @REJ-09 @clause-3.3 @needs-problem-json @needs-media-types @needs-allow-header
    Scenario Outline: Technical refusals explain themselves in the same way
      Given user Ada exists
      When the client sends a request that must be refused because <reason>
      Then the refusal explains itself and reveals no internal details

      Examples: Reasons
        | reason                    |
        | the format is unknown     |
        | the action is not offered |

    @REJ-09 @clause-3.3 @needs-problem-json @needs-auth-required
    Scenario Outline: A refusal of credentials explains itself
      Given user Ada exists
      When a client <credentials> looks up user Ada
      Then the refusal explains itself and reveals no internal details

      Examples: Credentials
        | credentials              |
        | without credentials      |
        | with unknown credentials |

    @REJ-09 @clause-3.3 @needs-problem-json @needs-read-only-token
    Scenario: A refusal of a read-only client explains itself
      Given user Ada exists
      When a client that may only read deletes user Ada
      Then the refusal explains itself and reveals no internal details

    @REJ-09 @clause-3.3 @needs-problem-json @needs-etag @needs-put
    Scenario: A refusal of an outdated version explains itself
      Given user Ada exists
      And the client knows the version of user Ada
      When another client changes user Ada
      And the client replaces user Ada based on the known version
      Then the refusal explains itself and reveals no internal details

    @REJ-11 @clause-3.1 @clause-1.2 @needs-validation @needs-put
    Scenario Outline: The rules for replacing are those for creating
      Given user Ada exists
      When the client replaces user Ada with <flaw>
      Then the request is refused because the details are not valid
      And the refusal names the <detail>
      And user Ada is unchanged

      Examples: The same flaws
        | flaw                          | detail |
        | a missing name                | name   |
        | a null name                   | name   |
        | a name of blanks only         | name   |
        | a missing email               | email  |
        | an email with two @           | email  |
        | an email with nothing after @ | email  |
        | a number for a name           | name   |
        | a list for an email           | email  |
        | a name that is too long       | name   |
        | an email that is too long     | email  |
        | an empty email                | email  |
        | an email with a blank inside  | email  |
        | an object for a name          | name   |

    @REJ-11 @clause-3.1 @clause-1.2 @needs-validation @needs-patch
    Scenario Outline: The rules for changing are those for creating
      Given user Ada exists
      When the client changes user Ada with <flaw>
      Then the request is refused because the details are not valid
      And the refusal names the <detail>
      And user Ada is unchanged

      Examples: The same flaws
        | flaw                          | detail   |
        | a null name                   | name     |
        | a name of blanks only         | name     |
        | a null email                  | email    |
        | an email with two @           | email    |
        | an email with nothing after @ | email    |
        | a number for a name           | name     |
        | a list for an email           | email    |
        | a number for a nickname       | nickname |
        | a truth value for a nickname  | nickname |
        | a name that is too long       | name     |
        | an email that is too long     | email    |
        | an empty email                | email    |
        | an email with a blank inside  | email    |
        | a nickname that is too long   | nickname |
        | a list for a nickname         | nickname |

    @REJ-11 @REJ-04 @clause-3.1 @clause-3.5 @needs-validation-forms @needs-put
    Scenario: A replacement that cannot be read is refused
      Given user Ada exists
      When the client sends a form that is cut off to replace user Ada
      Then the request is refused because the form cannot be read
      And user Ada is unchanged

    @REJ-11 @REJ-04 @clause-3.1 @clause-3.5 @needs-validation-forms @needs-patch
    Scenario: A change that cannot be read is refused
      Given user Ada exists
      When the client sends a form that is cut off to change user Ada
      Then the request is refused because the form cannot be read
      And user Ada is unchanged

  Rule: A hostile request does no harm

    @REJ-10 @clause-1.3 @clause-3.5
    Scenario Outline: Hostile text is kept as text or refused
      Given user Ada exists
      When the client creates user Mallory with <mischief>
      Then the creation of user Mallory is accepted or cleanly refused
      And user Ada is unchanged

      Examples: Hostile details
        | mischief                       |
        | a name with a database command |
        | a name with a script           |
        | a name with template code      |
        | a name with a line break       |
        | a name with a null character   |
        | half a character for a name    |
        | half a character for a nickname |
        | an unknown field               |

    @REJ-10 @clause-3.4 @clause-3.5
    Scenario Outline: A broken form does no harm
      Given user Ada exists
      When the client sends a form that <kind> to create a user
      Then the request is accepted or cleanly refused
      And user Ada is unchanged

      Examples: Broken forms
        | kind                       |
        | is cut off                 |
        | is a list                  |
        | is a thousand lists deep   |
        | names each detail twice    |
        | is a quoted word           |
        | is a number                |
        | is a number of 5000 digits |
        | is not a number            |
        | is null                    |
        | is empty                   |
        | is not text                |

    @REJ-10 @clause-3.4 @clause-3.5
    Scenario Outline: A foreign format does no harm
      Given user Ada exists
      When the client sends <format> to create a user
      Then the request is accepted or cleanly refused
      And user Ada is unchanged

      Examples: Foreign formats
        | format                   |
        | plain text               |
        | XML                      |
        | a web form               |
        | an unknown character set |

    @REJ-10 @clause-3.5 @needs-put-writes
    Scenario Outline: A broken replacement does no harm
      Given user Mallory exists
      When the client sends a form that <kind> to replace user Mallory
      Then the request is accepted or cleanly refused
      When the client deletes user Mallory
      Then a look-up no longer shows user Mallory within the promised time

      Examples: Broken replacements
        | kind        |
        | is cut off  |
        | is a number |
        | is null     |

    @REJ-10 @clause-3.5 @needs-patch
    Scenario Outline: A broken change does no harm
      Given user Mallory exists
      When the client sends a form that <kind> to change user Mallory
      Then the request is accepted or cleanly refused
      When the client deletes user Mallory
      Then a look-up no longer shows user Mallory within the promised time

      Examples: Broken changes
        | kind            |
        | is cut off      |
        | is a number     |
        | is not a number |
        | is null         |
        | is not text     |

    @REJ-10 @clause-3.5 @needs-patch
    Scenario Outline: A change to null does no harm
      Given user Mallory exists
      When the client changes user Mallory with <flaw>
      Then the request is accepted or cleanly refused
      When the client deletes user Mallory
      Then a look-up no longer shows user Mallory within the promised time

      Examples: What has to be there
        | flaw         |
        | a null name  |
        | a null email |

    @REJ-10 @clause-3.5
    Scenario Outline: Garbled conditions and preferences do no harm
      Given user Ada exists
      When the client looks up user Ada with <oddity>
      Then the request is accepted or cleanly refused

      Examples: Conditions and preferences that mean nothing
        | oddity                            |
        | a condition that names no version |
        | a condition that names no date    |
        | a range that no user has          |
        | a garbled list of formats         |
        | a garbled list of languages       |

    @REJ-10 @clause-1.3 @clause-3.5 @needs-patch
    Scenario Outline: Hostile text in a change does no harm
      Given user Mallory exists
      When the client changes user Mallory with <mischief>
      Then the request is accepted or cleanly refused
      When the client deletes user Mallory
      Then a look-up no longer shows user Mallory within the promised time

      Examples: Text that some services cannot keep
        | mischief                     |
        | a name with a null character |
        | half a character for a name  |
        | half a character for a nickname |

    @REJ-10 @clause-1.3 @clause-3.5 @needs-put-writes
    Scenario Outline: Hostile text in a replacement does no harm
      Given user Mallory exists
      When the client replaces user Mallory with <mischief>
      Then the request is accepted or cleanly refused
      When the client deletes user Mallory
      Then a look-up no longer shows user Mallory within the promised time

      Examples: Text that some services cannot keep
        | mischief                     |
        | a name with a null character |
        | half a character for a name  |
        | half a character for a nickname |

    @REJ-10 @clause-1.6 @clause-3.5 @needs-password
    Scenario: A long password in Chinese does no harm
      When the client creates user Mallory with the longest password in Chinese
      Then the creation of user Mallory is accepted or cleanly refused

    @REJ-10 @clause-2.8 @clause-3.5 @needs-head
    Scenario: A list without its body does no harm
      When the client asks for a page without its body
      Then the request is accepted or cleanly refused

    @REJ-10 @clause-3.5 @needs-consistency-token
    Scenario: A garbled consistency token does no harm
      Given user Ada exists
      When the client looks up user Ada with a consistency token that was never given
      Then the request is accepted or cleanly refused

    @REJ-10 @clause-3.5 @needs-correlation-id
    Scenario Outline: An odd correlation id does no harm
      Given user Ada exists
      When the client looks up user Ada with <id>
      Then the request is accepted or cleanly refused

      Examples: Correlation ids that nobody expects
        | id                              |
        | a correlation id of odd letters |
        | a very long correlation id      |

    @REJ-10 @clause-3.5 @destructive
    Scenario: A deeply nested form does no harm
      Given user Ada exists
      When the client sends a form that is nested very deeply to create a user
      Then the request is accepted or cleanly refused
      And user Ada is unchanged
