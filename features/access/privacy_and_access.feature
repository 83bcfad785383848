@access @critical
Feature: Privacy and access
  An account is private. Callers without the right to it must not see it, change it or learn that it exists.
  No caller may gain more rights than it was given, and no answer may give secrets away.

  Rule: Callers without valid credentials are refused

    @SEC-01 @clause-7.1 @needs-auth-required
    Scenario Outline: Without credentials nothing is shown or done
      Given user Ada exists
      When a client without credentials <errand>
      Then the request is refused because the credentials are missing
      And the refusal says which credentials are needed
      And user Ada is unchanged

      Examples: Operations that every service offers
        | errand               |
        | creates user Mallory |
        | looks up user Ada    |
        | deletes user Ada     |
        | lists all users      |

    @SEC-01 @clause-7.1 @needs-auth-required @needs-put
    Scenario: Without credentials no user is replaced
      Given user Ada exists
      When a client without credentials replaces user Ada
      Then the request is refused because the credentials are missing
      And the refusal says which credentials are needed
      And user Ada is unchanged

    @SEC-01 @clause-7.1 @needs-auth-required @needs-patch
    Scenario: Without credentials no user is changed
      Given user Ada exists
      When a client without credentials changes user Ada
      Then the request is refused because the credentials are missing
      And the refusal says which credentials are needed
      And user Ada is unchanged

    @SEC-01 @clause-7.1 @needs-auth-required @needs-head
    Scenario: Without credentials no user is confirmed
      Given user Ada exists
      When a client without credentials checks for user Ada
      Then the request is refused because the credentials are missing
      And the refusal says which credentials are needed

    @SEC-01 @clause-7.1 @needs-auth-required @needs-filter-by-email
    Scenario: Without credentials no user is found
      Given user Ada exists
      When a client without credentials searches for the email of user Ada
      Then the request is refused because the credentials are missing
      And the refusal says which credentials are needed

    @SEC-01 @clause-7.1 @needs-auth-required
    Scenario: Without credentials nobody learns which ids exist
      Given user Ada has been deleted
      When a client without credentials looks up user Ada
      Then the request is refused because the credentials are missing
      And the refusal says which credentials are needed

    @SEC-02 @clause-7.1 @clause-3.3 @needs-auth-required
    Scenario Outline: Wrong credentials show nothing
      Given user Ada exists
      When a client with <wrong> looks up user Ada
      Then the request is refused because the credentials are not accepted
      And the refusal says which credentials are needed
      And the refusal reveals neither internal details nor credentials

      Examples: Wrong credentials
        | wrong                         |
        | unknown credentials           |
        | altered credentials           |
        | credentials cut short         |
        | credentials cut in half       |
        | extended credentials          |
        | credentials in the other case |
        | empty credentials             |
        | unsigned credentials          |
        | credentials of another scheme |

    @SEC-02 @clause-7.1 @needs-auth-required
    Scenario Outline: Wrong credentials change nothing
      Given user Ada exists
      When a client with <wrong> deletes user Ada
      Then the request is refused because the credentials are not accepted
      And user Ada is unchanged

      Examples: Credentials that are almost right
        | wrong                   |
        | altered credentials     |
        | credentials cut in half |

    @SEC-02 @clause-7.1 @clause-3.5 @needs-auth-required
    Scenario: Unreadable credentials do no harm
      Given user Ada exists
      When a client with unreadable credentials looks up user Ada
      Then the request is cleanly refused

  Rule: Tenants do not see each other's users

    @SEC-03 @clause-7.3 @needs-tenants
    Scenario: Another tenant cannot look a user up
      Given user Ada exists
      When another tenant looks up user Ada
      Then the request is refused because the user belongs to another tenant
      And the other tenant is shown nothing of user Ada

    @SEC-03 @clause-7.3 @needs-tenants @needs-head
    Scenario: Another tenant cannot learn that a user exists
      Given user Ada exists
      When another tenant checks for user Ada
      Then the request is refused because the user belongs to another tenant

    @SEC-04 @clause-7.3 @needs-tenants
    Scenario: Another tenant cannot delete a user
      Given user Ada exists
      When another tenant deletes user Ada
      Then the request is refused because the user belongs to another tenant
      And the other tenant is shown nothing of user Ada
      And user Ada is unchanged

    @SEC-04 @clause-7.3 @needs-tenants @needs-put-known-only
    Scenario: Another tenant cannot replace a user
      Given user Ada exists
      When another tenant replaces user Ada
      Then the request is refused because the user belongs to another tenant
      And user Ada is unchanged

    @SEC-04 @clause-7.3 @needs-tenants @needs-patch
    Scenario: Another tenant cannot change a user
      Given user Ada exists
      When another tenant changes user Ada
      Then the request is refused because the user belongs to another tenant
      And user Ada is unchanged

    @SEC-04 @clause-7.3 @clause-6.2 @needs-tenants @needs-etag
    Scenario: The version lets no other tenant delete a user
      Given user Ada exists
      And the client knows the version of user Ada
      When another tenant deletes user Ada based on the known version
      Then the request is refused because the user belongs to another tenant
      And user Ada is unchanged

    @SEC-04 @clause-7.3 @clause-6.2 @needs-tenants @needs-etag @needs-patch
    Scenario Outline: No version lets another tenant change a user
      Given user Ada exists
      And the client knows the version of user Ada
      When another tenant changes user Ada based on <version>
      Then the request is refused because the user belongs to another tenant
      And user Ada is unchanged

      Examples: The version, and one that was never given out
        | version                               |
        | the known version                     |
        | a version that has one character more |

    @SEC-05 @clause-7.3 @needs-tenants
    Scenario: A list shows no user of another tenant
      Given user Ada exists
      And user Grace exists at another tenant
      When another tenant lists all users
      Then the other tenant is shown nothing of user Ada

    @SEC-05 @clause-7.3 @clause-2.10 @needs-tenants @needs-sorting
    Scenario: A sorted list shows no user of another tenant
      Given user Ada exists
      And user Grace exists at another tenant
      When another tenant lists all users sorted by email
      Then the other tenant is shown nothing of user Ada

    @SEC-05 @clause-7.3 @clause-2.11 @needs-tenants @needs-total-count
    Scenario: A list counts no user of another tenant
      Given user Ada exists
      And user Grace exists at another tenant
      When another tenant lists all users
      Then the number of users announced to another tenant is the number listed

    @SEC-05 @clause-7.3 @clause-2.9 @needs-tenants @needs-filter-by-email
    Scenario: A search finds no user of another tenant
      Given user Ada exists
      When another tenant searches for the email of user Ada
      Then the search finds no user

    @SEC-05 @clause-7.3 @clause-2.8 @needs-tenants @needs-pagination
    Scenario: A cursor does not open another tenant's list
      Given users Ada and Alan exist
      And user Grace exists at another tenant
      When another tenant continues a list of the client with the cursor
      Then the page shows no user of the client, or the request is refused

  Rule: No caller raises its own rights

    @SEC-06 @clause-7.4 @clause-1.5 @needs-put
    Scenario Outline: A replacement cannot set the role
      Given user Ada exists
      When the client replaces user Ada with a chosen <field>
      Then user Ada does not have the chosen <field>

      Examples: Fields that give rights in a replacement
        | field |
        | role  |

    @SEC-06 @clause-7.4 @clause-1.5 @needs-patch
    Scenario Outline: A change cannot set the role
      Given user Ada exists
      When the client changes user Ada with a chosen <field>
      Then user Ada does not have the chosen <field>

      Examples: Fields that give rights in a change
        | field |
        | role  |

    @SEC-06 @clause-7.4
    Scenario: No user becomes an administrator by a side path
      Given user Ada exists
      When the client tries to make user Ada an administrator
      Then the request is cleanly refused
      And user Ada is unchanged

    @SEC-06 @clause-7.2 @needs-read-only-token
    Scenario: A read-only client can read
      Given user Ada exists
      When a client that may only read looks up user Ada
      Then the answer shows user Ada

    @SEC-06 @clause-7.2 @needs-read-only-token @needs-head
    Scenario: A read-only client can learn that a user exists
      Given user Ada exists
      When a client that may only read checks for user Ada
      Then the answer shows no details but confirms the existence of user Ada

    @SEC-06 @clause-7.2 @needs-read-only-token @needs-filter-by-email
    Scenario: A read-only client can search
      Given user Ada can be found by email
      When a client that may only read searches for the email of user Ada
      Then the search finds only user Ada

    @SEC-06 @clause-7.2 @needs-read-only-token
    Scenario Outline: A read-only client creates and deletes no user
      Given user Ada exists
      When a client that may only read <errand>
      Then the request is refused because the client may only read
      And user Ada is unchanged

      Examples: Operations that need more than reading
        | errand               |
        | creates user Mallory |
        | deletes user Ada     |

    @SEC-06 @clause-7.2 @needs-read-only-token @needs-put
    Scenario: A read-only client replaces no user
      Given user Ada exists
      When a client that may only read replaces user Ada
      Then the request is refused because the client may only read
      And user Ada is unchanged

    @SEC-06 @clause-7.2 @needs-read-only-token @needs-patch
    Scenario: A read-only client changes no user
      Given user Ada exists
      When a client that may only read changes user Ada
      Then the request is refused because the client may only read
      And user Ada is unchanged

    @SEC-09 @clause-7.4
    Scenario: A disguised deletion deletes no user
      Given user Ada exists
      When the client tries to delete user Ada with a request that claims to be another action
      Then the request is accepted or cleanly refused
      And user Ada is unchanged

  Rule: Secrets stay secret

    @SEC-07 @clause-1.6 @needs-password
    Scenario: No view shows a password
      Given user Ada exists
      When the client looks up user Ada
      And the client lists all users
      Then no answer shows a password

    @SEC-07 @clause-1.6 @clause-3.3 @needs-password @needs-validation
    Scenario Outline: A refusal does not repeat the password
      When the client creates user Ada with <flaw>
      Then the request is refused because the details are not valid
      And no answer shows a password

      Examples: Refused together with a password
        | flaw                         |
        | an empty name                |
        | a password that is too short |
        | a password that is too long  |

    @SEC-07 @clause-1.6 @needs-password
    Scenario Outline: No answer to a flawed creation shows the password
      When the client sends a form that <kind> to create a user
      Then the request is accepted or cleanly refused
      And no answer shows a password

      Examples: Sent together with a password
        | kind                            |
        | lacks the name                  |
        | lacks the email                 |
        | has extra characters at its end |

    @SEC-07 @clause-1.6 @needs-password @last
    Scenario: No password was shown in the whole run
      Given user Ada exists
      When the client looks up user Ada
      Then no answer of the whole run shows a password

    @SEC-08 @clause-3.3 @clause-7.5
    Scenario: Answers reveal no internal details
      Given user Ada exists
      When the client lists all users
      And the client sends a request that must be refused because there is no such user
      Then no answer shows internal details

    @SEC-08 @clause-7.5 @needs-auth-caching
    Scenario: Private answers are not left in shared caches
      Given user Ada exists
      When the client looks up user Ada
      And the client lists all users
      Then no answer may be stored by shared caches

    @SEC-08 @clause-7.5 @needs-auth-caching @needs-filter-by-email
    Scenario: A search is not left in shared caches
      Given user Ada exists
      When the client searches for the email of user Ada
      Then no answer may be stored by shared caches

    @SEC-08 @clause-7.5 @clause-2.4 @needs-auth-caching @needs-head
    Scenario: An answer without details avoids shared caches
      Given user Ada exists
      When the client checks for user Ada
      Then no answer may be stored by shared caches

    @SEC-09 @clause-7.5
    Scenario Outline: A name adds no line to an answer
      When the client creates user Mallory with name "<name>"
      Then the creation of user Mallory is accepted or cleanly refused
      And no answer contains a line that the client wrote

      Examples: Names with lines of their own
        | case               | name                             |
        | both line ends     | Mallory\u000d\u000aX-Forged: yes |
        | one line end       | Mallory\u000aX-Forged: yes       |
        | an end in code     | Mallory%0d%0aX-Forged: yes       |
        | an end in disguise | Mallory\u560d\u560aX-Forged: yes |
